#pragma once
// How loud a recording is from moment to moment, and how loud speech is at least in each part of it.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace myxtts::long_recordings {

inline constexpr int kLevelsPerSecond = 100;

// Levels of samples that come in blocks of any size. A weak high-pass takes hum and rumble out.
class LevelMeter {
 public:
  explicit LevelMeter(int sample_rate_hz) : sample_rate_hz_(sample_rate_hz) {}

  void push(std::span<const float> mono);
  // Units: decibels to full scale, one value for each hundredth of a second that is complete.
  [[nodiscard]] const std::vector<float>& levels_db() const { return levels_db_; }

 private:
  void finish_level();

  int sample_rate_hz_;
  std::vector<float> levels_db_;
  std::int64_t count_ = 0;      // samples so far
  std::int64_t level_end_ = 0;  // where the level in the making ends
  std::int64_t level_begin_ = 0;
  double energy_ = 0;
  double previous_ = 0;
  double filtered_ = 0;
};

// Two levels between the noise and the speech around a moment: silence is under `silence_db`, and speech begins again
// over `speech_db`.
struct SpeechThreshold {
  float silence_db = 0;
  float speech_db = 0;
};

// The thresholds of a recording, which follow its noise and its speaker's loudness.
class SpeechThresholds {
 public:
  explicit SpeechThresholds(std::span<const float> levels_db);
  // That of the level at `index`.
  [[nodiscard]] SpeechThreshold at(std::size_t index) const;

 private:
  std::vector<SpeechThreshold> thresholds_;  // one a second
};

}  // namespace myxtts::long_recordings
