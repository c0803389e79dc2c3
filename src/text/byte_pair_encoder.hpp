#pragma once
// Byte-pair encoding of one word.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "formats/tokenizer_json.hpp"

namespace myxtts::text {

// Starts from a word's characters and repeatedly joins the adjacent pair whose merge comes first in the file (the
// leftmost of equal pairs). Without merges, the characters are the tokens.
// Source: Sennrich et al. 2016, "Neural Machine Translation of Rare Words with Subword Units", section 3.2.
class BytePairEncoder {
 public:
  // `file` must be valid.
  explicit BytePairEncoder(const formats::TokenizerFile& file);

  // Appends the tokens of a word; a character that is not in the vocabulary becomes the unknown token.
  // Units: time O(L log L) for a word of L characters.
  void encode_word(std::u32string_view word, std::vector<std::int32_t>& ids) const;
  // The id of one character, or of the unknown token.
  [[nodiscard]] std::int32_t character_id(char32_t character) const;
  [[nodiscard]] std::int32_t unknown_id() const { return unknown_id_; }

 private:
  struct Merge {
    std::int32_t rank;
    std::int32_t id;
  };
  static std::uint64_t pair_key(std::int32_t left, std::int32_t right) {
    return (static_cast<std::uint64_t>(left) << 32) | static_cast<std::uint64_t>(right);
  }
  [[nodiscard]] const Merge* find_merge(std::int32_t left, std::int32_t right) const;
  void merge(std::vector<std::int32_t>& symbols) const;

  std::unordered_map<char32_t, std::int32_t> characters_;
  std::unordered_map<std::uint64_t, Merge> merges_;
  std::int32_t unknown_id_;
};

}  // namespace myxtts::text
