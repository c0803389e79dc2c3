#pragma once
// Numbers in English words, American style: "one hundred twenty three", without "and" and without hyphens.

#include <cstdint>
#include <string>
#include <string_view>

namespace myxtts::text {

// 1234 -> "one thousand two hundred thirty four"
[[nodiscard]] std::string cardinal_words(std::uint64_t number);
// 21 -> "twenty first"
[[nodiscard]] std::string ordinal_words(std::uint64_t number);
// A year as it is spoken: 1984 -> "nineteen eighty four", 1905 -> "nineteen oh five", 2000 -> "two thousand".
// `year` has four digits.
[[nodiscard]] std::string year_words(unsigned year);
// Digit by digit: "007" -> "zero zero seven". `digits` holds ASCII digits only.
[[nodiscard]] std::string digit_words(std::string_view digits);
// The plural of number words: "nineteen twenty" -> "nineteen twenties".
[[nodiscard]] std::string plural_words(std::string words);

}  // namespace myxtts::text
