#pragma once
// Turns aligned words into phrases between pauses.

#include <optional>
#include <span>
#include <string>

#include "long_recordings/phrase.hpp"
#include "long_recordings/spoken_text.hpp"

namespace myxtts::long_recordings {

// A written word and when it is spoken; `interval` is not set if it is not heard.
struct AlignedWord {
  std::string written;
  std::optional<Interval> interval;
  std::size_t letters = 0;  // of the spoken words; 0: it is not spoken and belongs to the previous word
  WordRange spoken = {};
};

// Splits the words at the pauses between them. Leaves out words that are not heard, or that last so long that something
// else must be spoken there, with the words around them up to the next pauses. `name` is the text's name in messages.
[[nodiscard]] PhraseList place_words(std::span<const AlignedWord> words, std::span<const Interval> pauses,
                                     const std::string& name);

}  // namespace myxtts::long_recordings
