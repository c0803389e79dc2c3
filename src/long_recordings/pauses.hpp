#pragma once
// Finds the parts of a recording without speech.

#include <span>
#include <vector>

#include "core/interval.hpp"
#include "long_recordings/speech_level.hpp"

namespace myxtts::long_recordings {

using core::Interval;

// The pauses of a recording of at least `shortest_seconds`, in order. A pause begins when the level falls under the
// silence threshold, and ends at the last level under it before the level rises over the speech threshold.
[[nodiscard]] std::vector<Interval> find_pauses(std::span<const float> levels_db, const SpeechThresholds& thresholds,
                                                double shortest_seconds);

// The seconds from `begin_seconds` to `end_seconds` that are outside of all `pauses`.
[[nodiscard]] double speech_seconds(std::span<const Interval> pauses, double begin_seconds, double end_seconds);

}  // namespace myxtts::long_recordings
