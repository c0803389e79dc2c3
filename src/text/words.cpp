#include "text/words.hpp"

#include "text/unicode.hpp"

namespace myxtts::text {
namespace {

enum class CharacterClass { white_space, word, other };

CharacterClass class_of(char32_t character) {
  if (is_word_character(character)) return CharacterClass::word;
  return is_white_space(character) ? CharacterClass::white_space : CharacterClass::other;
}

}  // namespace

std::vector<std::u32string_view> split_words(std::u32string_view text) {
  std::vector<std::u32string_view> words;
  for (std::size_t begin = 0; begin < text.size();) {
    const CharacterClass kind = class_of(text[begin]);
    std::size_t end = begin + 1;
    while (end < text.size() && class_of(text[end]) == kind) ++end;
    if (kind != CharacterClass::white_space) words.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  return words;
}

}  // namespace myxtts::text
