#pragma once
// Where in a long recording the words of its text are spoken.

#include <optional>
#include <span>
#include <vector>

#include "core/console.hpp"
#include "core/file_system.hpp"
#include "long_recordings/pocketsphinx.hpp"

namespace myxtts::long_recordings {

// Aligns a recording window by window: each begins in a pause up to which the one before was sure. One value for each
// word: none for a word that is not heard.
// Throws: core::DataError for a recording of a rate under Pocketsphinx::kLowestRateHz; what Pocketsphinx throws.
[[nodiscard]] std::vector<std::optional<Interval>> align_recording(const core::Path& recording,
                                                                   std::span<const SpokenWord> words,
                                                                   std::span<const Interval> pauses,
                                                                   Pocketsphinx& aligner, core::Console& console);

}  // namespace myxtts::long_recordings
