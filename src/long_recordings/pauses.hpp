#pragma once
// Where nobody speaks.

#include <span>
#include <vector>

#include "core/interval.hpp"
#include "long_recordings/speech_level.hpp"

namespace myxtts::long_recordings {

using core::Interval;

// The pauses of a recording of at least `shortest_seconds`, in order. A pause begins where the level falls under the
// silence threshold and lasts until it rises over the speech threshold (less the rise itself).
[[nodiscard]] std::vector<Interval> find_pauses(std::span<const float> levels_db, const SpeechThresholds& thresholds,
                                                double shortest_seconds);

// The seconds from `begin_seconds` to `end_seconds` that are in none of `pauses`.
[[nodiscard]] double speech_seconds(std::span<const Interval> pauses, double begin_seconds, double end_seconds);

}  // namespace myxtts::long_recordings
