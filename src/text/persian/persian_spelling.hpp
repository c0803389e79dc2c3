#pragma once
// One spelling for each Persian word, however it was typed.

#include <string>
#include <string_view>

namespace myxtts::text::persian {

// The letters that are always in a Persian vocabulary, including the zero-width non-joiner and the written vowels.
[[nodiscard]] std::u32string_view alphabet();

// Replaces Arabic letters and presentation forms by Persian letters, digits and signs by ASCII ones, and spaces by
// plain ones; removes invisible characters (tatweel, direction marks). Written vowels and ezafe signs are kept.
// Throws: core::DataError if the text is not UTF-8.
[[nodiscard]] std::string unify_characters(std::string_view utf8);

// Keeps the zero-width non-joiner only where it is visible: between two letters that would otherwise join. Affixes such
// as "می", "نمی", "ها" and "تر" that are separated from their word by a space are attached to it with a non-joiner.
[[nodiscard]] std::string unify_joints(std::string_view utf8);

}  // namespace myxtts::text::persian
