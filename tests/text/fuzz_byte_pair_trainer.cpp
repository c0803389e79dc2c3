// Lines of any text are refused as a whole or become a valid vocabulary: the same for the lines in reverse, and one
// that encodes each line without unknown tokens and decodes it again.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "core/error.hpp"
#include "text/byte_pair_trainer.hpp"
#include "text/tokenizer.hpp"
#include "text/unicode.hpp"

namespace {

using namespace myxtts;

void check(bool holds) {
  if (!holds) __builtin_trap();
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines(1);
  for (const char c : text) {
    if (c == '\n') {
      lines.emplace_back();
    } else {
      lines.back() += c;
    }
  }
  return lines;
}

// Without white space other than the space, which a vocabulary knows nothing of, and added tokens, which are not
// decoded.
bool is_plain(std::string_view line) {
  const std::u32string characters = text::decode_utf8(line);
  return std::ranges::none_of(characters,
                              [](char32_t c) { return c == U'[' || (c != U' ' && text::is_white_space(c)); });
}

void check_training(std::vector<std::string> lines, std::int64_t entries, std::int64_t minimum_count) {
  const std::vector<std::string> languages{"en"};
  const text::BytePairOptions options{.entries = entries, .minimum_count = minimum_count};
  const formats::TokenizerFile file = text::train_byte_pairs(lines, languages, options);
  check(std::ssize(file.vocabulary) <= entries);
  check(formats::parse_tokenizer_json(formats::write_tokenizer_json(file), "copy") == file);
  std::ranges::reverse(lines);
  check(text::train_byte_pairs(lines, languages, options) == file);
  const text::Tokenizer tokenizer(file);
  for (const std::string& line : lines) {
    const auto ids = tokenizer.encode(line, "en");
    if (is_plain(line)) check(tokenizer.decode(ids) == line);
  }
}

}  // namespace

// The first byte says how many entries, the second how often a pair has to occur.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  try {
    check_training(lines_of({reinterpret_cast<const char*>(data + 2), size - 2}), 35 + 2 * data[0], data[1] % 4);
  } catch (const core::DataError&) {
    return 0;
  }
  return 0;
}
