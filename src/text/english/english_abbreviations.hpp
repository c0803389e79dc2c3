#pragma once
// Expansion of English abbreviations.

#include <string>
#include <string_view>

namespace myxtts::text {

// Replaces abbreviations by their words: titles ("Mr."), firms ("Co."), places ("St." is "saint" before a name,
// "street" elsewhere), units after a number ("6 ft."), "No. 5", and dotted letters ("U.S." -> "U S"). A full stop at
// the end of the text is kept. Depends on upper case, so call it before lower_case().
[[nodiscard]] std::string expand_abbreviations(std::string_view text);

// Whether a word that ends with a full stop is an abbreviation, so that no sentence ends there: "Dr.", "J.", "U.S.".
[[nodiscard]] bool is_abbreviation(std::string_view word);

}  // namespace myxtts::text
