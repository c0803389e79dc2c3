#pragma once
// The tokenizer file of Hugging Face's `tokenizers`, as far as XTTS uses it: BPE over words that a Whitespace
// pre-tokenizer makes, with added tokens. A file that needs another feature is refused, with its name.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace myxtts::formats {

// A token that is found in the raw text before it is split into words.
struct AddedToken {
  std::int32_t id = 0;
  std::string content;
  bool special = true;
  bool normalized = false;

  bool operator==(const AddedToken&) const = default;
};

struct TokenizerFile {
  std::map<std::string, std::int32_t, std::less<>> vocabulary;
  std::vector<std::pair<std::string, std::string>> merges;  // the first has the lowest rank and is applied first
  std::vector<AddedToken> added_tokens;                     // sorted by id
  std::string unknown_token = "[UNK]";

  bool operator==(const TokenizerFile&) const = default;
};

// Upper limit of a file's ids, exclusive.
constexpr std::int32_t kMaximumTokens = 1 << 20;

// Throws: DataError if ids collide or are out of range, a merge's parts or result are not tokens, or the unknown
// token is missing. `where` names the file in messages.
void validate(const TokenizerFile& file, std::string_view where);

// Reads and validates a file; merges may be "a b" strings or ["a", "b"] pairs.
// Throws: DataError that names what is wrong or not supported.
[[nodiscard]] TokenizerFile parse_tokenizer_json(std::string_view text, std::string_view where);

// Writes a file as `tokenizers` does: the same bytes for the same content.
// Throws: DataError if the content is invalid.
[[nodiscard]] std::string write_tokenizer_json(const TokenizerFile& file);

}  // namespace myxtts::formats
