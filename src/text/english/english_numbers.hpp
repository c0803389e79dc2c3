#pragma once
// Finds the numbers of an English text and spells them out.

#include <string>
#include <string_view>

namespace myxtts::text {

// Spells out every ASCII digit of a lower-case text: cardinals, ordinals, decimals, years, decades, times, simple
// fractions, negative numbers, thousands separators, amounts of money ("$3.50", "$2 million") and percent.
[[nodiscard]] std::string spell_numbers(std::string_view text);

}  // namespace myxtts::text
