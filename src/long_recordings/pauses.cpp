#include "long_recordings/pauses.hpp"

#include <algorithm>
#include <cstddef>

namespace myxtts::long_recordings {
namespace {

double seconds_at(std::size_t level) { return static_cast<double>(level) / kLevelsPerSecond; }

}  // namespace

std::vector<Interval> find_pauses(std::span<const float> levels_db, const SpeechThresholds& thresholds,
                                  double shortest_seconds) {
  std::vector<Interval> pauses;
  if (levels_db.empty()) return pauses;
  bool is_silent = false;
  std::size_t begin = 0;
  std::size_t end = 0;  // one past the last level under the silence threshold
  for (std::size_t i = 0; i <= levels_db.size(); ++i) {
    const bool is_end = i == levels_db.size();
    const SpeechThreshold threshold = thresholds.at(i);
    if (is_silent && (is_end || levels_db[i] > threshold.speech_db)) {
      is_silent = false;
      if (seconds_at(end - begin) >= shortest_seconds) pauses.push_back({seconds_at(begin), seconds_at(end)});
    }
    if (is_end || levels_db[i] > threshold.silence_db) continue;
    if (!is_silent) begin = i;
    is_silent = true;
    end = i + 1;
  }
  return pauses;
}

double speech_seconds(std::span<const Interval> pauses, double begin_seconds, double end_seconds) {
  double seconds = end_seconds - begin_seconds;
  auto pause = std::ranges::lower_bound(pauses, begin_seconds, {}, &Interval::end_seconds);
  for (; pause != pauses.end() && pause->begin_seconds < end_seconds; ++pause) {
    seconds -= std::min(end_seconds, pause->end_seconds) - std::max(begin_seconds, pause->begin_seconds);
  }
  return seconds;
}

}  // namespace myxtts::long_recordings
