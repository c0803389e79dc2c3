#include "quality/signal.hpp"

#include <ebur128.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <new>
#include <string_view>
#include <vector>

#include "core/statistics.hpp"
#include "media/audio_file.hpp"

namespace myxtts::quality {
namespace {

constexpr double kFrameSeconds = 0.01;
constexpr double kLowestDb = -120;

double decibels(double power) { return std::max(kLowestDb, 10 * std::log10(power + 1e-12)); }

double peak_of(std::span<const float> samples) {
  float peak = 0;
  for (const float value : samples) peak = std::max(peak, std::abs(value));
  return static_cast<double>(peak);
}

double mean_of(std::span<const float> mono) {
  double sum = 0;
  for (const float value : mono) sum += static_cast<double>(value);
  return sum / static_cast<double>(mono.size());
}

double power_of(std::span<const float> samples, double offset) {
  double power = 0;
  for (const float value : samples)
    power += (static_cast<double>(value) - offset) * (static_cast<double>(value) - offset);
  return power / static_cast<double>(samples.size());
}

// Measures the balance of two or more channels, and the level lost when they are averaged.
void compare_channels(std::span<const float> interleaved, std::size_t channels, double mono_power, SignalMeasures& m) {
  std::vector<double> powers(channels);
  for (std::size_t first = 0; first < interleaved.size(); first += channels) {
    for (std::size_t c = 0; c < channels; ++c) {
      powers[c] += static_cast<double>(interleaved[first + c]) * static_cast<double>(interleaved[first + c]);
    }
  }
  const double frames = static_cast<double>(interleaved.size() / channels);
  double mean = 0;
  for (double& power : powers) mean += (power /= frames) / static_cast<double>(channels);
  const auto [faintest, loudest] = std::ranges::minmax(powers);
  m.balance_db = decibels(loudest) - decibels(faintest);
  m.mixing_loss_db = decibels(mean) - decibels(mono_power);
}

// Flat tops: at least three samples in a row at the peak of either sign. The crest of an unclipped tone is round.
double clipped_share(std::span<const float> interleaved, std::size_t channels, double peak) {
  constexpr std::size_t kFewest = 3;
  constexpr double kOfPeak = 0.9998;
  const auto limit = static_cast<float>(kOfPeak * peak);
  std::size_t clipped = 0;
  for (std::size_t c = 0; c < channels && peak > 0; ++c) {
    std::size_t run = 0;
    for (std::size_t i = c; i < interleaved.size(); i += channels) {
      if (std::abs(interleaved[i]) >= limit) {
        ++run;
        continue;
      }
      if (run >= kFewest) clipped += run;
      run = 0;
    }
    if (run >= kFewest) clipped += run;
  }
  return static_cast<double>(clipped) / static_cast<double>(interleaved.size());
}

struct CloseLoudness {
  void operator()(ebur128_state* state) const { ebur128_destroy(&state); }
};

double loudness_of(std::span<const float> mono, int sample_rate_hz) {
  const std::unique_ptr<ebur128_state, CloseLoudness> state(
      ebur128_init(1, static_cast<unsigned long>(sample_rate_hz), EBUR128_MODE_I));
  double lufs = 0;
  if (state == nullptr || ebur128_add_frames_float(state.get(), mono.data(), mono.size()) != EBUR128_SUCCESS ||
      ebur128_loudness_global(state.get(), &lufs) != EBUR128_SUCCESS) {
    throw std::bad_alloc();  // the only failure that is possible with a mono signal
  }
  return lufs;
}

// Levels of all frames; the last frame may be shorter.
std::vector<double> frame_levels(std::span<const float> mono, std::size_t frame_samples, double offset) {
  std::vector<double> levels;
  levels.reserve(mono.size() / frame_samples + 1);
  for (std::size_t first = 0; first < mono.size(); first += frame_samples) {
    levels.push_back(decibels(power_of(mono.subspan(first, std::min(frame_samples, mono.size() - first)), offset)));
  }
  return levels;
}

// Frames 30 dB under speech are silence; if the noise is louder than that, frames near the noise level are.
double silence_threshold(const SignalMeasures& m) {
  return std::max(m.speech_db - 30, std::min(m.noise_db + 6, m.speech_db - 15));
}

// Stretches of at least 30 ms over the threshold: shorter ones are clicks.
std::vector<bool> find_speech(const std::vector<double>& levels, double threshold) {
  constexpr std::size_t kMinFrames = 3;
  std::vector<bool> is_speech(levels.size());
  std::size_t run = 0;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    run = levels[i] > threshold ? run + 1 : 0;
    for (std::size_t back = 0; run >= kMinFrames && back < (run == kMinFrames ? run : 1); ++back) {
      is_speech[i - back] = true;
    }
  }
  return is_speech;
}

void measure_pauses(const std::vector<bool>& is_speech, SignalMeasures& m) {
  std::size_t frames = 0;
  std::size_t last_end = 0;  // one past the last frame of speech so far
  std::size_t longest = 0;
  for (std::size_t i = 0; i < is_speech.size(); ++i) {
    if (!is_speech[i]) continue;
    if (frames++ == 0) {
      m.start_silence_seconds = static_cast<double>(i) * kFrameSeconds;
    } else {
      longest = std::max(longest, i - last_end);
    }
    last_end = i + 1;
  }
  m.speech_seconds = static_cast<double>(frames) * kFrameSeconds;
  m.longest_pause_seconds = static_cast<double>(longest) * kFrameSeconds;
  m.end_silence_seconds = static_cast<double>(is_speech.size() - last_end) * kFrameSeconds;
}

// The longest run of zeros, in seconds, with loud samples directly before and after it.
double longest_dropout(std::span<const float> mono, int sample_rate_hz, double speech_db) {
  const auto jump = static_cast<float>(0.1 * std::pow(10, speech_db / 20));
  std::size_t longest = 0;
  for (std::size_t first = 1; first < mono.size(); ++first) {
    if (mono[first] != 0) continue;
    std::size_t end = first;
    while (end < mono.size() && mono[end] == 0) ++end;
    const bool breaks = end < mono.size() && std::abs(mono[first - 1]) > jump && std::abs(mono[end]) > jump;
    if (breaks) longest = std::max(longest, end - first);
    first = end;
  }
  return static_cast<double>(longest) / sample_rate_hz;
}

std::uint64_t hash_of(std::span<const float> interleaved) {
  const auto bytes = std::as_bytes(interleaved);
  return std::hash<std::string_view>{}({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace

SignalMeasures measure_signal(std::span<const float> interleaved, int channels, int sample_rate_hz) {
  const auto width = static_cast<std::size_t>(channels);
  const std::vector<float> mono = media::mix_to_mono(interleaved, channels);
  SignalMeasures m;
  m.peak = peak_of(interleaved);
  m.offset = mean_of(mono);
  m.clipped_share = clipped_share(interleaved, width, m.peak);
  m.loudness_lufs = loudness_of(mono, sample_rate_hz);
  if (channels > 1) compare_channels(interleaved, width, power_of(mono, 0), m);
  const auto frame_samples = static_cast<std::size_t>(std::max(1.0, std::round(kFrameSeconds * sample_rate_hz)));
  const std::vector<double> levels = frame_levels(mono, frame_samples, m.offset);
  m.speech_db = core::quantile(levels, 0.95);
  m.noise_db = core::quantile(levels, 0.05);
  m.start_db = levels.front();
  m.end_db = levels.back();
  const std::vector<bool> is_speech = find_speech(levels, silence_threshold(m));
  measure_pauses(is_speech, m);
  m.longest_dropout_seconds = longest_dropout(mono, sample_rate_hz, m.speech_db);
  m.hum = measure_hum(mono, sample_rate_hz);
  m.bandwidth_hz = measure_bandwidth_hz(mono, sample_rate_hz, is_speech, frame_samples);
  m.content_hash = hash_of(interleaved);
  return m;
}

}  // namespace myxtts::quality
