#pragma once
// Text as code points. Strings are UTF-8 everywhere else.

#include <cstddef>
#include <string>
#include <string_view>

namespace myxtts::text {

// Throws: core::DataError with the position of the first byte that is not UTF-8.
[[nodiscard]] std::u32string decode_utf8(std::string_view utf8);
[[nodiscard]] std::string encode_utf8(std::u32string_view code_points);
[[nodiscard]] std::string encode_utf8(char32_t code_point);

[[nodiscard]] bool is_utf8(std::string_view bytes);

// Converts UTF-16 that begins with a byte-order mark to UTF-8 without the mark. Invalid sequences become U+FFFD.
[[nodiscard]] std::string utf8_of_utf16(std::string_view bytes);

// The number of code points of valid UTF-8.
[[nodiscard]] std::size_t count_characters(std::string_view utf8);

// Unicode's compatibility composition (NFKC).
// Throws: core::DataError if the text is not UTF-8.
[[nodiscard]] std::string compatibility_composed(std::string_view utf8);

// Lower case, independent of the machine's locale.
[[nodiscard]] std::string lower_case(std::string_view utf8);

// What \w and \s of Unicode's regular expressions match (UTS #18, annex C).
[[nodiscard]] bool is_word_character(char32_t code_point);
[[nodiscard]] bool is_white_space(char32_t code_point);
// A digit of any script: general category Nd.
[[nodiscard]] bool is_decimal_digit(char32_t code_point);
// Invisible characters: zero-width marks, soft hyphens, controls other than white space.
[[nodiscard]] bool is_invisible(char32_t code_point);

// Whether a byte of UTF-8 belongs to a letter; every byte of a non-ASCII character counts as a letter.
[[nodiscard]] constexpr bool is_letter_byte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (static_cast<unsigned char>(byte) & 0x80U) != 0;
}
[[nodiscard]] constexpr bool is_digit_byte(char byte) { return byte >= '0' && byte <= '9'; }

}  // namespace myxtts::text
