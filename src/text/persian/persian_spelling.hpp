#pragma once
// One spelling for each Persian word, however it was typed.

#include <string>
#include <string_view>

namespace myxtts::text::persian {

// The letters that are always in a Persian vocabulary, the zero-width non-joiner and the written vowels among them.
[[nodiscard]] std::u32string_view alphabet();

// Persian letters for Arabic ones and for presentation forms, ASCII digits and signs, plain spaces; what is not seen
// (tatweel, direction marks) is left out. Vowels and the sign of an ezafe stay where they are written.
// Throws: core::DataError where the text is no UTF-8.
[[nodiscard]] std::string unify_characters(std::string_view utf8);

// The zero-width non-joiner where it shows, and only there: between two letters that would join otherwise. "می", "نمی",
// "ها", "تر" and their kin are bound by it to their word where they stand behind a space.
[[nodiscard]] std::string unify_joints(std::string_view utf8);

}  // namespace myxtts::text::persian
