#pragma once
// Where in a long recording the words of its text are spoken.

#include <span>
#include <vector>

#include "core/console.hpp"
#include "core/file_system.hpp"
#include "long_recordings/alignment/pocketsphinx.hpp"
#include "long_recordings/clip_plan.hpp"

namespace myxtts::long_recordings {

// Aligns a recording window by window: each begins in a pause up to which the one before was sure, and may find that
// the text goes on somewhere near. One value for each word: none for a word that is not heard.
// Throws: core::DataError for a recording of a rate under Pocketsphinx::kLowestRateHz; what Pocketsphinx throws.
[[nodiscard]] HeardWords align_recording(const core::Path& recording, std::span<const SpokenWord> words,
                                         std::span<const Interval> pauses, Pocketsphinx& listener,
                                         core::Console& console);

// For each clip whether its words, among those before and behind them in the text, are what is heard in it.
// Throws: core::DataError where the recording cannot be decoded; what Pocketsphinx throws.
[[nodiscard]] std::vector<bool> confirm_clips(const core::Path& recording, std::span<const PlannedClip> clips,
                                              std::span<const SpokenWord> words, Pocketsphinx& listener,
                                              core::Console& console);

}  // namespace myxtts::long_recordings
