#include "text/english/english_normaliser.hpp"

#include <array>

#include "text/english/english_abbreviations.hpp"
#include "text/english/english_numbers.hpp"
#include "text/english/english_readings.hpp"
#include "text/rewriting.hpp"
#include "text/unicode.hpp"

namespace myxtts::text {
namespace {

bool is_digit(char32_t c) { return c >= U'0' && c <= U'9'; }
bool is_one_of(char32_t c, std::u32string_view set) { return set.find(c) != std::u32string_view::npos; }

// Replaces characters that NFKC would corrupt: "½" becomes "1⁄2", which merges with a preceding digit ("2½" -> "21⁄2"),
// and an acute accent used as an apostrophe becomes a space with a combining mark.
std::string prepare_for_composition(std::string_view utf8) {
  constexpr std::u32string_view kFractions = U"½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒";
  std::u32string result;
  for (const char32_t c : decode_utf8(utf8)) {
    if (is_one_of(c, kFractions)) {
      const std::size_t last = result.find_last_not_of(U' ');
      const bool is_mixed = last != std::u32string::npos && is_digit(result[last]);
      result += is_mixed ? U" and " : U" ";
    }
    result += c == U'´' ? U'\'' : c;
  }
  return encode_utf8(result);
}

// Replaces all variants of quotes, dashes and spaces by one character each.
std::string unify_punctuation(std::string_view utf8) {
  const std::u32string text = decode_utf8(utf8);
  std::u32string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char32_t c = text[i];
    const bool between_digits = i > 0 && i + 1 < text.size() && is_digit(text[i - 1]) && is_digit(text[i + 1]);
    const bool double_hyphen = c == U'-' && i + 1 < text.size() && text[i + 1] == U'-';
    if (is_white_space(c)) {
      result += U' ';
    } else if (is_invisible(c)) {
      continue;
    } else if (is_one_of(c, U"‘’‚‛ʼ′`")) {
      result += U'\'';
    } else if (is_one_of(c, U"“”„‟«»″")) {
      result += U'"';
    } else if (is_one_of(c, U"‒–—―") || double_hyphen) {
      result += between_digits && c != U'-' ? U" to " : U" - ";
      while (double_hyphen && i + 1 < text.size() && text[i + 1] == U'-') ++i;
    } else if (is_one_of(c, U"‐‑−⁃")) {
      result += U'-';
    } else {
      result += c == U'⁄' ? U'/' : c;
    }
  }
  return encode_utf8(result);
}

struct Symbol {
  std::string_view written;
  std::string_view spoken;
};
constexpr std::array<Symbol, 20> kSymbols{{{"&", " and "},
                                           {"%", " percent "},
                                           {"+", " plus "},
                                           {"=", " equals "},
                                           {"@", " at "},
                                           {"#", " number "},
                                           {"°c", " degrees celsius "},
                                           {"°f", " degrees fahrenheit "},
                                           {"°", " degrees "},
                                           {"$", " dollars "},
                                           {"£", " pounds "},
                                           {"€", " euros "},
                                           {"¥", " yen "},
                                           {"/", " "},
                                           {"\"", " "},
                                           {"(", " "},
                                           {")", " "},
                                           {"[", " "},
                                           {"]", " "},
                                           {"_", " "}}};

std::string speak_symbols(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const auto* symbol = kSymbols.begin();
    while (symbol != kSymbols.end() && !text.starts_with(symbol->written)) ++symbol;
    const bool found = symbol != kSymbols.end();
    result += found ? symbol->spoken : text.substr(0, 1);
    text.remove_prefix(found ? symbol->written.size() : 1);
  }
  return result;
}

}  // namespace

std::string EnglishNormaliser::normalise(std::string_view utf8) const {
  const std::string unified = unify_punctuation(compatibility_composed(prepare_for_composition(utf8)));
  const std::string words = spell_numbers(expand_readings(lower_case(expand_abbreviations(unified))));
  return collapse_spaces(speak_symbols(words));
}

}  // namespace myxtts::text
