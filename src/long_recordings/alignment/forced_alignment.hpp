#pragma once
// Finds where in a long recording the words of its text are spoken.

#include <span>
#include <vector>

#include "core/console.hpp"
#include "core/file_system.hpp"
#include "long_recordings/alignment/pocketsphinx.hpp"
#include "long_recordings/clip_plan.hpp"

namespace myxtts::long_recordings {

// Aligns a recording window by window. Each window begins in the pause up to which the previous result is certain, and
// may find that the text continues at a nearby word. Returns one value per word; it is not set for a word that is not
// heard.
// Throws: core::DataError for a recording with a rate under Pocketsphinx::kLowestRateHz; what Pocketsphinx throws.
[[nodiscard]] HeardWords align_recording(const core::Path& recording, std::span<const SpokenWord> words,
                                         std::span<const Interval> pauses, Pocketsphinx& listener,
                                         core::Console& console);

// For each clip, whether its words are heard in it when the words before and after them in the text are possible too.
// Throws: core::DataError if the recording cannot be decoded; what Pocketsphinx throws.
[[nodiscard]] std::vector<bool> confirm_clips(const core::Path& recording, std::span<const PlannedClip> clips,
                                              std::span<const SpokenWord> words, Pocketsphinx& listener,
                                              core::Console& console);

}  // namespace myxtts::long_recordings
