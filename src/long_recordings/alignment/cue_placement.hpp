#pragma once
// From the times of subtitles, which are near, to the pauses of the recording, which are exact.

#include <span>

#include "long_recordings/phrase.hpp"

namespace myxtts::long_recordings {

// Finds for each cue the pauses before and behind its speech: at most `reach_seconds` from its times, in the order of
// the cues, and such that the speech between them is as long as its text lets expect. Cues between which there is no
// pause come back as one phrase; one whose speech is not found is left out. Texts are not empty; cues are in order.
[[nodiscard]] PhraseList place_cues(std::span<const TimedText> cues, std::span<const Interval> pauses,
                                    double reach_seconds);

}  // namespace myxtts::long_recordings
