#pragma once
// Finds the numbers of a Persian text and spells them out.

#include <string>
#include <string_view>

namespace myxtts::text::persian {

// Spells out every ASCII digit of a text with unified characters: cardinals, ordinals ("۳م", "۲۱‌ام",
// "۵مین"), decimals
// ("۳٫۱۴", "۳/۱۴"), simple fractions ("۲/۳"), dates of both calendars (1402/5/12, 2021-05-12), times, ranges, telephone
// numbers, thousands separators, money, percent, and units after a number.
// A number under 1 with a bar is a fraction ("1/2"), a larger one is a decimal, as is usual in typed Persian.
// Throws: core::DataError if ICU fails on the text.
[[nodiscard]] std::string spell_numbers(std::string_view text);

}  // namespace myxtts::text::persian
