#include "text/english/english_number_words.hpp"

#include <array>
#include <utility>

namespace myxtts::text {
namespace {

constexpr std::array<std::string_view, 20> kSmall{
    "zero", "one",    "two",    "three",    "four",     "five",    "six",     "seven",     "eight",    "nine",
    "ten",  "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
constexpr std::array<std::string_view, 10> kTens{"",      "",      "twenty",  "thirty", "forty",
                                                 "fifty", "sixty", "seventy", "eighty", "ninety"};
constexpr std::array<std::string_view, 7> kScales{"",         "thousand",    "million",    "billion",
                                                  "trillion", "quadrillion", "quintillion"};
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kIrregularOrdinals{{{"one", "first"},
                                                                                           {"two", "second"},
                                                                                           {"three", "third"},
                                                                                           {"five", "fifth"},
                                                                                           {"eight", "eighth"},
                                                                                           {"nine", "ninth"},
                                                                                           {"twelve", "twelfth"}}};

void append_word(std::string& words, std::string_view word) {
  if (!words.empty()) words += ' ';
  words += word;
}

// 1 to 999
void append_below_thousand(std::string& words, unsigned number) {
  if (number >= 100) {
    append_word(words, kSmall[number / 100]);
    append_word(words, "hundred");
    number %= 100;
  }
  if (number >= 20) {
    append_word(words, kTens[number / 10]);
    number %= 10;
  }
  if (number > 0) append_word(words, kSmall[number]);
}

}  // namespace

std::string cardinal_words(std::uint64_t number) {
  if (number == 0) return std::string(kSmall[0]);
  std::array<unsigned, kScales.size()> groups{};
  for (unsigned& group : groups) {
    group = static_cast<unsigned>(number % 1000);
    number /= 1000;
  }
  std::string words;
  for (std::size_t scale = groups.size(); scale-- > 0;) {
    if (groups[scale] == 0) continue;
    append_below_thousand(words, groups[scale]);
    if (scale > 0) append_word(words, kScales[scale]);
  }
  return words;
}

std::string ordinal_words(std::uint64_t number) {
  std::string words = cardinal_words(number);
  const std::size_t space = words.rfind(' ');
  const std::size_t last = space == std::string::npos ? 0 : space + 1;
  for (const auto& [cardinal, ordinal] : kIrregularOrdinals) {
    if (std::string_view(words).substr(last) == cardinal) return words.substr(0, last) + std::string(ordinal);
  }
  if (words.ends_with('y')) return words.substr(0, words.size() - 1) + "ieth";
  return words + "th";
}

std::string year_words(unsigned year) {
  const unsigned century = year / 100;
  const unsigned rest = year % 100;
  if (century % 10 == 0 && rest < 10) return cardinal_words(year);
  std::string words = cardinal_words(century);
  if (rest == 0) return words + " hundred";
  if (rest < 10) words += " oh";
  return words + ' ' + cardinal_words(rest);
}

std::string digit_words(std::string_view digits) {
  std::string words;
  for (const char digit : digits) append_word(words, kSmall[static_cast<std::size_t>(digit - '0')]);
  return words;
}

std::string plural_words(std::string words) {
  if (words.ends_with('y')) return words.substr(0, words.size() - 1) + "ies";
  return words + (words.ends_with('x') ? "es" : "s");
}

}  // namespace myxtts::text
