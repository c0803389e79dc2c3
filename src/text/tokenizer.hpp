#pragma once
// Turns normalised text into the voice model's token ids, exactly as Hugging Face's `tokenizers` does for XTTS.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "formats/tokenizer_json.hpp"
#include "text/byte_pair_encoder.hpp"

namespace myxtts::text {

// Thread: all const calls, any number at once.
class Tokenizer {
 public:
  // Throws: DataError if the file is invalid or lacks [STOP], [UNK], [SPACE] or [START]. `where` names it in messages.
  explicit Tokenizer(const formats::TokenizerFile& file, std::string_view where = "tokenizer");

  // The ids of "[LANGUAGE]" and of the text, in which spaces become [SPACE]. There is no start or stop token: the
  // batch adds them.
  // Throws: ConfigError if the vocabulary lacks the language; DataError if the text is not UTF-8.
  [[nodiscard]] std::vector<std::int32_t> encode(std::string_view normalised_text, std::string_view language) const;
  // The text of ids: [SPACE] becomes a space, [UNK] becomes U+FFFD; language, start and stop tokens are left out.
  // Throws: DataError if an id is not in the vocabulary.
  [[nodiscard]] std::string decode(std::span<const std::int32_t> ids) const;
  // The characters of a text that the vocabulary lacks, one entry for each occurrence, in their order.
  [[nodiscard]] std::vector<std::string> unknown_characters(std::string_view normalised_text) const;

  // The number of rows of a text embedding: the highest id + 1.
  [[nodiscard]] std::int64_t vocabulary_size() const { return vocabulary_size_; }
  [[nodiscard]] std::int32_t stop_id() const { return stop_id_; }
  [[nodiscard]] std::int32_t unknown_id() const { return encoder_.unknown_id(); }
  [[nodiscard]] std::int32_t start_id() const { return start_id_; }
  // The languages that have a prefix token, sorted: "en" for "[en]".
  [[nodiscard]] const std::vector<std::string>& languages() const { return languages_; }

  // A vocabulary of characters, with no merges: [STOP] 0, [UNK] 1, [SPACE] 2, [START] 3, a prefix for each language,
  // then the characters of the texts by code point; each language's alphabet is always included.
  // Throws: DataError if a text is not UTF-8.
  [[nodiscard]] static formats::TokenizerFile character_vocabulary(std::span<const std::string> normalised_texts,
                                                                   std::span<const std::string> languages);

 private:
  // The longest added token at the start of a text, or nullptr.
  [[nodiscard]] const formats::AddedToken* added_token_at(std::u32string_view text) const;
  void encode_words(std::u32string_view text, std::vector<std::int32_t>& ids) const;
  [[nodiscard]] std::int32_t required_id(std::string_view token, std::string_view where) const;

  BytePairEncoder encoder_;
  std::unordered_map<std::int32_t, std::string> tokens_;
  // By first character, the longest first.
  std::unordered_map<char32_t, std::vector<std::pair<std::u32string, formats::AddedToken>>> added_tokens_;
  std::vector<std::string> languages_;
  std::int64_t vocabulary_size_ = 0;
  std::int32_t stop_id_ = 0;
  std::int32_t space_id_ = 0;
  std::int32_t start_id_ = 0;
};

}  // namespace myxtts::text
