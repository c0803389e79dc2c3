#pragma once
// Long texts in pieces that a voice model can speak.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace myxtts::text {

// Splits a text into its sentences, and a sentence that is longer than `max_characters` (code points) at clauses,
// then between words; only a single word that is longer is cut. No character but white space is lost, and no piece is
// empty.
// Throws: core::DataError where the text is no UTF-8; core::ConfigError where `max_characters` is 0.
[[nodiscard]] std::vector<std::string> split_sentences(std::string_view text, std::size_t max_characters);

// Whether the last word of a text ends a sentence: "so." does, "Dr." does not; no word does not.
// Throws: core::DataError where the word is no UTF-8.
[[nodiscard]] bool ends_sentence(std::string_view text);

}  // namespace myxtts::text
