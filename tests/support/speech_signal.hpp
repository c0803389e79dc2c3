#pragma once
// A signal like speech, for tests: syllables of a voice with varying pitch and of hiss, a pause, silence at both ends.

#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

namespace myxtts::support {

// White noise between -1 and 1, the same for the same seed.
class Noise {
 public:
  explicit Noise(std::uint64_t seed) : state_(seed * 2 + 1) {}
  double next() {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<double>(state_ >> 11) / static_cast<double>(1ULL << 52) - 1;
  }

 private:
  std::uint64_t state_;
};

// The level of the voice at a time, 0 to 1: syllables of 0.2 s; every fifth one is silent.
inline double syllable_level(double time, double seconds) {
  constexpr double kEndSeconds = 0.08;
  constexpr double kSyllableSeconds = 0.2;
  const double since = time - kEndSeconds;
  const auto syllable = static_cast<int>(std::floor(since / kSyllableSeconds));
  if (since < 0 || (syllable + 1) * kSyllableSeconds > seconds - 2 * kEndSeconds || syllable % 5 == 4) return 0;
  const double within = since / kSyllableSeconds - syllable;
  return std::pow(std::sin(std::numbers::pi * within), 0.7);
}

// The sum of sin(k phase) / k, k = 1 to 20; each sine is computed from the two before it.
inline double harmonics(double phase) {
  const double factor = 2 * std::cos(phase);
  double before = 0;
  double sine = std::sin(phase);
  double sum = sine;
  for (int k = 2; k <= 20; ++k) {
    const double next = factor * sine - before;
    before = sine;
    sine = next;
    sum += sine / k;
  }
  return sum;
}

inline std::vector<float> speech(double seconds, std::uint64_t seed, int rate_hz = 22050) {
  Noise noise(seed);
  std::vector<float> samples(static_cast<std::size_t>(std::llround(seconds * rate_hz)));
  const double pitch_hz = 115 + 40 * (noise.next() + 1);
  double phase = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double time = static_cast<double>(i) / rate_hz;
    phase += 2 * std::numbers::pi * pitch_hz * (1 + 0.1 * std::sin(5 * time)) / rate_hz;
    const double voice = harmonics(phase);
    const double hiss = std::sin(11 * time) > 0.5 ? 0.15 * noise.next() : 0.01 * noise.next();
    samples[i] = static_cast<float>(syllable_level(time, seconds) * (0.2 * voice + hiss) + 3e-4 * noise.next());
  }
  return samples;
}

}  // namespace myxtts::support
