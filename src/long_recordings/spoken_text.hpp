#pragma once
// A written text beside the words that are spoken for it.

#include <string>
#include <string_view>
#include <vector>

namespace myxtts::long_recordings {

// As little of a text as can be told apart by ear: mostly one word, with what is spoken for it. Where several words
// were normalised together ("Jan. 5, 1461,"), all of them.
struct WrittenWord {
  std::string written;
  std::vector<std::string> spoken;  // lower case, letters and apostrophes; may be empty ("-")
  bool ends_sentence = false;
};

// The words of a text in `language`, in order. The writtens, joined with spaces, are the text with single spaces.
// Throws: core::DataError that names the byte at which the text is no UTF-8; core::ConfigError for a language without
// a normaliser.
[[nodiscard]] std::vector<WrittenWord> read_spoken_text(std::string_view text, std::string_view language);

}  // namespace myxtts::long_recordings
