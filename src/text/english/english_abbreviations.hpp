#pragma once
// English abbreviations and the words that they stand for.

#include <string>
#include <string_view>

namespace myxtts::text {

// Replaces abbreviations by their words: titles ("Mr."), firms ("Co."), places ("St." is a saint before a name, a
// street elsewhere), units after a number ("6 ft."), "No. 5", and dotted letters ("U.S." -> "U S"). At the end of the
// text the full stop stays. Case is looked at, so this comes before lower case.
[[nodiscard]] std::string expand_abbreviations(std::string_view text);

// Whether a word that ends with a full stop is an abbreviation, so that no sentence ends there: "Dr.", "J.", "U.S.".
[[nodiscard]] bool is_abbreviation(std::string_view word);

}  // namespace myxtts::text
