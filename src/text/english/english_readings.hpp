#pragma once
// Expands English short forms that contain numbers.

#include <string>

namespace myxtts::text {

// Rewrites dates ("2021-05-12", "January 5"), telephone numbers, ranges, clock times with seconds, units, magnitudes
// ("$1.5bn", "3k"), heights, chapters and wars in Roman numerals, and web addresses. Other numbers stay digits. `text`
// is in lower case.
[[nodiscard]] std::string expand_readings(std::string text);

}  // namespace myxtts::text
