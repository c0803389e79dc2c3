// Any text is refused as a whole or becomes text without digits, tokens within the vocabulary, and pieces that hold
// every character of it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "text/normaliser.hpp"
#include "text/sentences.hpp"
#include "text/tokenizer.hpp"
#include "text/unicode.hpp"

namespace {

using namespace myxtts;

void check(bool holds) {
  if (!holds) __builtin_trap();
}

std::size_t count_visible(std::string_view text) {
  const std::u32string characters = text::decode_utf8(text);
  return static_cast<std::size_t>(
      std::ranges::count_if(characters, [](char32_t c) { return !text::is_white_space(c); }));
}

struct Language {
  explicit Language(const std::string& language)
      : name(language),
        normaliser(text::make_normaliser(language)),
        tokenizer(text::Tokenizer::character_vocabulary({}, std::vector{language})) {}

  void check_text(std::string_view written) const {
    const std::string spoken = normaliser->normalise(written);
    check(std::ranges::none_of(spoken, text::is_digit_byte));
    check(!spoken.starts_with(' ') && !spoken.ends_with(' ') && spoken.find("  ") == std::string::npos);
    for (const std::int32_t id : tokenizer.encode(spoken, name)) check(id >= 0 && id < tokenizer.vocabulary_size());
  }

  std::string name;
  std::unique_ptr<text::Normaliser> normaliser;
  text::Tokenizer tokenizer;
};

void check_text(std::string_view written) {
  static const Language kEnglish("en"), kPersian("fa");
  kEnglish.check_text(written);
  kPersian.check_text(written);
  std::size_t visible = 0;
  for (const std::string& piece : text::split_sentences(written, 20)) {
    check(!piece.empty() && text::count_characters(piece) <= 20);
    visible += count_visible(piece);
  }
  check(visible == count_visible(written));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    check_text({reinterpret_cast<const char*>(data), size});
  } catch (const core::DataError&) {
    return 0;
  }
  return 0;
}
