#include "long_recordings/speech_level.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/statistics.hpp"

namespace myxtts::long_recordings {
namespace {

constexpr double kHighPassHz = 80;
constexpr double kSilentEnergy = 1e-10;  // -100 dB, under the noise of 16 bits
constexpr std::size_t kSecond = kLevelsPerSecond;
constexpr std::size_t kNearbySeconds = 15;  // before and after a point in time
constexpr double kNoiseQuantile = 0.05;
constexpr double kSpeechQuantile = 0.9;
constexpr float kGreatestRangeDb = 45;  // farther under speech, even breath is silence
constexpr float kSmallestRangeDb = 9;   // with less, noise and speech cannot be distinguished
constexpr float kSilenceShare = 0.3F;
constexpr float kSpeechShare = 0.45F;

SpeechThreshold threshold_of(const std::vector<float>& levels_db) {
  const float speech = core::quantile(levels_db, kSpeechQuantile);
  const float range = std::min(speech - core::quantile(levels_db, kNoiseQuantile), kGreatestRangeDb);
  if (range < kSmallestRangeDb) return {.silence_db = -200, .speech_db = -200};
  const float noise = speech - range;
  return {.silence_db = noise + kSilenceShare * range, .speech_db = noise + kSpeechShare * range};
}

}  // namespace

void LevelMeter::push(std::span<const float> mono) {
  const double decay = std::exp(-2 * std::numbers::pi * kHighPassHz / sample_rate_hz_);
  if (level_end_ == 0) level_end_ = sample_rate_hz_ / kLevelsPerSecond;
  for (const float sample : mono) {
    const auto value = static_cast<double>(sample);
    filtered_ = decay * (filtered_ + value - previous_);
    previous_ = value;
    energy_ += filtered_ * filtered_;
    if (++count_ == level_end_) finish_level();
  }
}

void LevelMeter::finish_level() {
  const double mean = energy_ / static_cast<double>(level_end_ - level_begin_);
  levels_db_.push_back(static_cast<float>(10 * std::log10(mean + kSilentEnergy)));
  level_begin_ = level_end_;
  level_end_ = static_cast<std::int64_t>(levels_db_.size() + 1) * sample_rate_hz_ / kLevelsPerSecond;
  energy_ = 0;
}

SpeechThresholds::SpeechThresholds(std::span<const float> levels_db) {
  for (std::size_t begin = 0; begin < levels_db.size(); begin += kSecond) {
    const std::size_t first = begin - std::min(begin, kNearbySeconds * kSecond);
    const std::size_t last = std::min(begin + (kNearbySeconds + 1) * kSecond, levels_db.size());
    const auto nearby = levels_db.subspan(first, last - first);
    thresholds_.push_back(threshold_of({nearby.begin(), nearby.end()}));
  }
}

SpeechThreshold SpeechThresholds::at(std::size_t index) const {
  return thresholds_.at(std::min(index / kSecond, thresholds_.size() - 1));
}

}  // namespace myxtts::long_recordings
