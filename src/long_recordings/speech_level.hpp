#pragma once
// The level of a recording over time, and the minimum level of speech in each part of it.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace myxtts::long_recordings {

inline constexpr int kLevelsPerSecond = 100;

// Measures the levels of samples that arrive in blocks of any size. A weak high-pass filter removes hum and rumble.
class LevelMeter {
 public:
  explicit LevelMeter(int sample_rate_hz) : sample_rate_hz_(sample_rate_hz) {}

  void push(std::span<const float> mono);
  // Units: decibels relative to full scale, one value per complete hundredth of a second.
  [[nodiscard]] const std::vector<float>& levels_db() const { return levels_db_; }

 private:
  void finish_level();

  int sample_rate_hz_;
  std::vector<float> levels_db_;
  std::int64_t count_ = 0;      // samples so far
  std::int64_t level_end_ = 0;  // sample at which the current level ends
  std::int64_t level_begin_ = 0;
  double energy_ = 0;
  double previous_ = 0;
  double filtered_ = 0;
};

// Two levels between noise and speech near a point in time: silence is under `silence_db`, and speech begins again over
// `speech_db`.
struct SpeechThreshold {
  float silence_db = 0;
  float speech_db = 0;
};

// The thresholds of a recording, which adapt to its noise and to its speaker's loudness.
class SpeechThresholds {
 public:
  explicit SpeechThresholds(std::span<const float> levels_db);
  // The threshold for the level at `index`.
  [[nodiscard]] SpeechThreshold at(std::size_t index) const;

 private:
  std::vector<SpeechThreshold> thresholds_;  // one per second
};

}  // namespace myxtts::long_recordings
