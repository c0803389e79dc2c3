#pragma once
// What English writes short around numbers, in words.

#include <string>

namespace myxtts::text {

// Rewrites dates ("2021-05-12", "January 5"), telephone numbers, ranges, clock times with seconds, units, magnitudes
// ("$1.5bn", "3k"), heights, chapters and wars in Roman numerals, and addresses of the web. Other numbers stay digits.
// `text` is in lower case.
[[nodiscard]] std::string expand_readings(std::string text);

}  // namespace myxtts::text
