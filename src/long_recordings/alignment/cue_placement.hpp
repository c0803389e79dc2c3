#pragma once
// Maps the approximate times of subtitles to the exact pauses of the recording.

#include <span>

#include "long_recordings/phrase.hpp"

namespace myxtts::long_recordings {

// Finds for each cue the pauses before and after its speech: at most `reach_seconds` from the cue's times, in the order
// of the cues, and with as much speech between them as expected for the cue's text. Cues without a pause between them
// become one phrase; a cue whose speech is not found is left out. Texts must not be empty; cues must be in order.
[[nodiscard]] PhraseList place_cues(std::span<const TimedText> cues, std::span<const Interval> pauses,
                                    double reach_seconds);

}  // namespace myxtts::long_recordings
