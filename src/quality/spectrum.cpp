#include "quality/spectrum.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/statistics.hpp"

namespace myxtts::quality {
namespace {

constexpr double kTiny = 1e-20;

double decibels(double power) { return 10 * std::log10(std::max(power, kTiny)); }

// A Hann window, scaled so that a sinusoid keeps its amplitude.
std::vector<double> hann(std::size_t length) {
  std::vector<double> window(length);
  for (std::size_t i = 0; i < length; ++i) {
    const double phase = 2 * std::numbers::pi * (static_cast<double>(i) + 0.5) / static_cast<double>(length);
    window[i] = (1 - std::cos(phase)) * 2 / static_cast<double>(length);
  }
  return window;
}

// A mains line and the neighbouring frequencies to compare it with, which are away from the other mains line.
struct MainsLine {
  int frequency_hz;
  std::vector<double> neighbours_hz;
};

const std::vector<MainsLine>& mains_lines() {
  static const std::vector<MainsLine> lines = {{50, {42, 45, 54.5, 56}}, {60, {54, 55.5, 65, 68}}};
  return lines;
}

struct SlowSignal {
  std::vector<float> samples;
  double rate_hz = 0;
};

// Resamples to about 1,000 Hz by averaging. The average is a low-pass filter with zeros at the multiples of the new
// rate, which is enough for 60 Hz.
SlowSignal slow_down(std::span<const float> mono, int sample_rate_hz) {
  constexpr double kSlowRateHz = 1000;
  const auto factor = static_cast<std::size_t>(std::max(1.0, std::round(sample_rate_hz / kSlowRateHz)));
  SlowSignal slow{.samples = {}, .rate_hz = sample_rate_hz / static_cast<double>(factor)};
  slow.samples.reserve(mono.size() / factor);
  for (std::size_t first = 0; first + factor <= mono.size(); first += factor) {
    float sum = 0;
    for (const float value : mono.subspan(first, factor)) sum += value;
    slow.samples.push_back(sum / static_cast<float>(factor));
  }
  return slow;
}

}  // namespace

std::vector<double> powers_at(std::span<const float> samples, std::span<const double> window,
                              std::span<const double> frequencies) {
  const std::size_t count = frequencies.size();
  std::vector<double> factor(count);
  std::ranges::transform(frequencies, factor.begin(),
                         [](double frequency) { return 2 * std::cos(2 * std::numbers::pi * frequency); });
  std::vector<double> last(count);
  std::vector<double> before(count);
  for (std::size_t n = 0; n < samples.size(); ++n) {
    const double input = static_cast<double>(samples[n]) * window[n];
    for (std::size_t k = 0; k < count; ++k) {
      const double next = input + factor[k] * last[k] - before[k];
      before[k] = last[k];
      last[k] = next;
    }
  }
  std::vector<double> powers(count);
  for (std::size_t k = 0; k < count; ++k) {
    powers[k] = std::max(0.0, last[k] * last[k] + before[k] * before[k] - factor[k] * last[k] * before[k]);
  }
  return powers;
}

HumMeasure measure_hum(std::span<const float> mono, int sample_rate_hz) {
  const SlowSignal slow = slow_down(mono, sample_rate_hz);
  const auto length = std::min(slow.samples.size(), static_cast<std::size_t>(slow.rate_hz));
  HumMeasure strongest;
  if (static_cast<double>(length) < slow.rate_hz / 2) return strongest;  // too short to separate the lines
  const std::vector<double> window = hann(length);
  for (const MainsLine& line : mains_lines()) {
    std::vector<double> frequencies = {line.frequency_hz / slow.rate_hz};
    for (const double neighbour : line.neighbours_hz) frequencies.push_back(neighbour / slow.rate_hz);
    std::vector<double> line_powers;
    std::vector<double> contrasts;
    for (std::size_t first = 0; first + length <= slow.samples.size(); first += (length + 1) / 2) {
      const std::vector<double> powers = powers_at(std::span(slow.samples).subspan(first, length), window, frequencies);
      const double around = *std::max_element(powers.begin() + 1, powers.end());
      line_powers.push_back(powers.front());
      contrasts.push_back(decibels(powers.front()) - decibels(around));
    }
    constexpr double kSinusoidRmsDb = -3.01;
    const double level_db = decibels(core::median(line_powers)) + kSinusoidRmsDb;
    const double contrast_db = core::median(contrasts);
    if (level_db > strongest.level_db && contrast_db > 0) strongest = {line.frequency_hz, level_db, contrast_db};
  }
  return strongest;
}

double measure_bandwidth_hz(std::span<const float> mono, int sample_rate_hz, const std::vector<bool>& is_speech,
                            std::size_t frame_samples) {
  constexpr double kBandHz = 250;
  constexpr double kHighestHz = 11000;
  constexpr double kFloorDb = -70;
  constexpr std::size_t kFrames = 32;
  const auto length = static_cast<std::size_t>(sample_rate_hz / 43);  // lines 86 Hz wide: a voice's harmonics merge
  std::vector<double> frequencies;
  for (double hz = kBandHz; hz < std::min(kHighestHz, sample_rate_hz / 2.0); hz += kBandHz) {
    frequencies.push_back(hz / sample_rate_hz);
  }
  std::vector<std::size_t> starts;
  for (std::size_t frame = 0; frame < is_speech.size(); ++frame) {
    if (is_speech[frame] && frame * frame_samples + length <= mono.size()) starts.push_back(frame * frame_samples);
  }
  const std::vector<double> window = hann(length);
  std::vector<double> strongest(frequencies.size());
  const std::size_t step = std::max<std::size_t>(1, starts.size() / kFrames);
  for (std::size_t i = 0; i < starts.size(); i += step) {
    const std::vector<double> powers = powers_at(mono.subspan(starts[i], length), window, frequencies);
    for (std::size_t k = 0; k < powers.size(); ++k) strongest[k] = std::max(strongest[k], powers[k]);
  }
  if (starts.empty()) return sample_rate_hz / 2.0;
  const double floor = decibels(*std::ranges::max_element(strongest)) + kFloorDb;
  std::size_t highest = strongest.size();
  while (highest > 0 && decibels(strongest[highest - 1]) <= floor) --highest;
  return highest == strongest.size() ? sample_rate_hz / 2.0 : static_cast<double>(highest) * kBandHz;
}

}  // namespace myxtts::quality
