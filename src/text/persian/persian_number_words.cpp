#include "text/persian/persian_number_words.hpp"

#include <array>

namespace myxtts::text::persian {
namespace {

constexpr std::array<std::string_view, 20> kSmall{"صفر",    "یک",     "دو",     "سه",   "چهار",  "پنج",    "شش",
                                                  "هفت",    "هشت",    "نه",     "ده",   "یازده", "دوازده", "سیزده",
                                                  "چهارده", "پانزده", "شانزده", "هفده", "هجده",  "نوزده"};
constexpr std::array<std::string_view, 10> kTens{"", "", "بیست", "سی", "چهل", "پنجاه", "شصت", "هفتاد", "هشتاد", "نود"};
constexpr std::array<std::string_view, 10> kHundreds{"",      "صد",   "دویست", "سیصد",  "چهارصد",
                                                     "پانصد", "ششصد", "هفتصد", "هشتصد", "نهصد"};
constexpr std::array<std::string_view, 7> kScales{"",        "هزار",       "میلیون",    "میلیارد",
                                                  "تریلیون", "کوادریلیون", "کوینتیلیون"};

void append(std::string& words, std::string_view word) {
  if (!words.empty()) words += " و ";
  words += word;
}

// 1 to 999
std::string below_thousand(unsigned number) {
  std::string words;
  if (number >= 100) append(words, kHundreds[number / 100]);
  number %= 100;
  if (number >= 20) {
    append(words, kTens[number / 10]);
    number %= 10;
  }
  if (number > 0) append(words, kSmall[number]);
  return words;
}

}  // namespace

std::string cardinal_words(std::uint64_t number) {
  if (number == 0) return std::string(kSmall[0]);
  if (number < 2000 && number >= 1000) {  // "هزار" without "یک"; a million is "یک میلیون"
    return std::string(kScales[1]) +
           (number == 1000 ? "" : " و " + below_thousand(static_cast<unsigned>(number % 1000)));
  }
  std::array<unsigned, kScales.size()> groups{};
  for (unsigned& group : groups) {
    group = static_cast<unsigned>(number % 1000);
    number /= 1000;
  }
  std::string words;
  for (std::size_t scale = groups.size(); scale-- > 0;) {
    if (groups[scale] == 0) continue;
    append(words, below_thousand(groups[scale]) + (scale == 0 ? "" : " " + std::string(kScales[scale])));
  }
  return words;
}

std::string ordinal_words(std::uint64_t number) {
  std::string words = cardinal_words(number);
  if (words.ends_with("سه")) return words.substr(0, words.size() - std::string_view("ه").size()) + "وم";
  return words + (words.ends_with("ی") ? "\u200cام" : "م");
}

std::string digit_words(std::string_view digits) {
  std::string words;
  for (const char digit : digits) {
    if (!words.empty()) words += ' ';
    words += kSmall[static_cast<std::size_t>(digit - '0')];
  }
  return words;
}

}  // namespace myxtts::text::persian
