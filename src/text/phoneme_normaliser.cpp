#include "text/phoneme_normaliser.hpp"

#include <espeak-ng/speak_lib.h>

#include <algorithm>

#include "core/error.hpp"
#include "text/espeak_session.hpp"
#include "text/unicode.hpp"

namespace myxtts::text {
namespace {

std::string voice_of(std::string_view language) { return language == "en" ? "en-us" : std::string(language); }

// True for words, the spaces between them, and hyphens and apostrophes within them.
bool is_spoken(std::u32string_view text, std::size_t place) {
  const char32_t c = text[place];
  if (is_word_character(c) || is_white_space(c)) return true;
  const bool within =
      place > 0 && place + 1 < text.size() && is_word_character(text[place - 1]) && is_word_character(text[place + 1]);
  return within && (c == U'-' || c == U'\'' || c == U'\u2019');
}

bool has_word(std::u32string_view clause) { return std::ranges::any_of(clause, is_word_character); }

// Removes espeak-ng's marks of a passage in another language: "(en)" and "(fa)" in "(en)həlˈəʊ(fa) dˈonjɑ".
std::string without_language_marks(std::string_view phonemes) {
  std::string plain;
  bool in_mark = false;
  for (const char c : phonemes) {
    if (c == '(') in_mark = true;
    if (!in_mark) plain += c;
    if (c == ')') in_mark = false;
  }
  return plain;
}

// espeak-ng returns a long clause in pieces.
std::string read_clause(const std::string& clause) {
  std::string phonemes;
  const void* rest = clause.c_str();
  while (rest != nullptr) {
    const char* piece = espeak_TextToPhonemes(&rest, espeakCHARS_UTF8, espeakPHONEMES_IPA);
    if (piece == nullptr || *piece == '\0') continue;
    if (!phonemes.empty()) phonemes += ' ';
    phonemes += piece;
  }
  return without_language_marks(phonemes);
}

// The phonemes of a clause, with the spaces at its ends.
std::string phonemes_of(std::u32string_view clause) {
  if (!has_word(clause)) return encode_utf8(clause);
  std::string phonemes = read_clause(encode_utf8(clause));
  if (is_white_space(clause.front())) phonemes.insert(0, " ");
  if (is_white_space(clause.back())) phonemes += ' ';
  return phonemes;
}

}  // namespace

PhonemeNormaliser::PhonemeNormaliser(std::unique_ptr<Normaliser> normaliser, std::string_view language)
    : normaliser_(std::move(normaliser)), voice_(voice_of(language)) {
  EspeakSession().use_voice(voice_);
}

std::string PhonemeNormaliser::normalise(std::string_view utf8) const {
  const std::u32string text = decode_utf8(normaliser_->normalise(utf8));
  EspeakSession espeak;
  espeak.use_voice(voice_);
  std::string phonemes;
  for (std::size_t begin = 0; begin < text.size();) {
    const bool spoken = is_spoken(text, begin);
    std::size_t end = begin + 1;
    while (end < text.size() && is_spoken(text, end) == spoken) ++end;
    const std::u32string_view part = std::u32string_view(text).substr(begin, end - begin);
    phonemes += spoken ? phonemes_of(part) : encode_utf8(part);
    begin = end;
  }
  return phonemes;
}

}  // namespace myxtts::text
