#pragma once
// Splits long texts into pieces that a voice model can speak.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace myxtts::text {

// Splits a text into its sentences, and a sentence that is longer than `max_characters` (code points) at clauses, then
// between words; a word is cut only if it alone is longer. Only white space is removed, and no piece is empty.
// Throws: core::DataError if the text is not UTF-8; core::ConfigError if `max_characters` is 0.
[[nodiscard]] std::vector<std::string> split_sentences(std::string_view text, std::size_t max_characters);

// Whether the last word of a text ends a sentence: "so." does; "Dr." does not, nor does an empty word.
// Throws: core::DataError if the word is not UTF-8.
[[nodiscard]] bool ends_sentence(std::string_view text);

}  // namespace myxtts::text
