#include "text/sentences.hpp"

#include <span>

#include "core/error.hpp"
#include "text/english/english_abbreviations.hpp"
#include "text/unicode.hpp"

namespace myxtts::text {
namespace {

using Words = std::span<const std::u32string>;

std::vector<std::u32string> split_words(std::u32string_view text) {
  std::vector<std::u32string> words;
  bool in_word = false;
  for (const char32_t character : text) {
    if (is_white_space(character)) {
      in_word = false;
      continue;
    }
    if (!in_word) words.emplace_back();
    in_word = true;
    words.back() += character;
  }
  return words;
}

// The last character that is not a closing quote or bracket; 0 if there is none.
char32_t final_sign(std::u32string_view word) {
  const std::size_t last = word.find_last_not_of(U"\"')]”’»›");
  return last == std::u32string_view::npos ? U'\0' : word[last];
}

bool ends_clause(const std::u32string& word) {
  return std::u32string_view(U",;:-–—،؛").find(final_sign(word)) != std::u32string_view::npos;
}

std::size_t count_with_spaces(Words words) {
  std::size_t count = words.empty() ? 0 : words.size() - 1;
  for (const std::u32string& word : words) count += word.size();
  return count;
}

std::string join(Words words) {
  std::u32string text;
  for (const std::u32string& word : words) {
    if (!text.empty()) text += U' ';
    text += word;
  }
  return encode_utf8(text);
}

// The number of words of a piece: up to the end of the last clause that fits, else all that fit, but at least one.
std::size_t fitting_words(Words words, std::size_t max_characters) {
  std::size_t characters = 0, fitting = 0, clause = 0;
  for (const std::u32string& word : words) {
    characters += word.size() + (fitting > 0 ? 1 : 0);
    if (characters > max_characters) return clause > 0 ? clause : std::max<std::size_t>(fitting, 1);
    ++fitting;
    if (ends_clause(word)) clause = fitting;
  }
  return fitting;
}

void append_pieces(Words sentence, std::size_t max_characters, std::vector<std::string>& pieces) {
  while (!sentence.empty()) {
    const std::size_t count = fitting_words(sentence, max_characters);
    const Words piece = sentence.first(count);
    if (count_with_spaces(piece) <= max_characters) {
      pieces.push_back(join(piece));
    } else {
      const std::u32string_view word = piece.front();
      for (std::size_t at = 0; at < word.size(); at += max_characters) {
        pieces.push_back(encode_utf8(word.substr(at, max_characters)));
      }
    }
    sentence = sentence.subspan(count);
  }
}

}  // namespace

bool ends_sentence(std::string_view text) {
  const std::string_view word = text.substr(text.find_last_of(" \t\n") + 1);
  const bool has_sign =
      std::u32string_view(U".!?…。！？؟۔").find(final_sign(decode_utf8(word))) != std::u32string_view::npos;
  return has_sign && !is_abbreviation(word);
}

std::vector<std::string> split_sentences(std::string_view text, std::size_t max_characters) {
  if (max_characters == 0) throw core::ConfigError("a piece of text needs at least one character");
  const std::vector<std::u32string> words = split_words(decode_utf8(text));
  std::vector<std::string> pieces;
  std::size_t begin = 0;
  for (std::size_t end = 1; end <= words.size(); ++end) {
    if (end < words.size() && !ends_sentence(encode_utf8(words[end - 1]))) continue;
    append_pieces(Words(words).subspan(begin, end - begin), max_characters, pieces);
    begin = end;
  }
  return pieces;
}

}  // namespace myxtts::text
