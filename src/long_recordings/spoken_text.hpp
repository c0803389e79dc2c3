#pragma once
// Maps a written text to the words that are spoken for it.

#include <string>
#include <string_view>
#include <vector>

namespace myxtts::long_recordings {

// The smallest piece of a text whose spoken words are known: usually one word, or several words that were normalised
// together ("Jan. 5, 1461,").
struct WrittenWord {
  std::string written;
  std::vector<std::string> spoken;  // lower case, letters and apostrophes; may be empty ("-")
  bool ends_sentence = false;
};

// The words of a text in `language`, in order. Their `written` joined with spaces is the text with single spaces.
// Throws: core::DataError that names the byte at which the text is not UTF-8; core::ConfigError for a language without
// a normaliser.
[[nodiscard]] std::vector<WrittenWord> read_spoken_text(std::string_view text, std::string_view language);

}  // namespace myxtts::long_recordings
