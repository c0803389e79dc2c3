#pragma once
// From aligned words to phrases between pauses.

#include <optional>
#include <span>
#include <string>

#include "long_recordings/phrase.hpp"
#include "long_recordings/spoken_text.hpp"

namespace myxtts::long_recordings {

// A written word and when it is spoken; no interval: it is not heard.
struct AlignedWord {
  std::string written;
  std::optional<Interval> interval;
  std::size_t letters = 0;  // of what is spoken; 0: nothing is, and it belongs to the word before
  WordRange spoken = {};
};

// Parts the words at the pauses that lie between two of them. What lies around words that are not heard, or that last
// so long that something else must be spoken there, is left out. `name` says whose words they are, for messages.
[[nodiscard]] PhraseList place_words(std::span<const AlignedWord> words, std::span<const Interval> pauses,
                                     const std::string& name);

}  // namespace myxtts::long_recordings
