#pragma once
// Numbers in Persian words, as they are read aloud: "هزار و چهارصد و دو".

#include <cstdint>
#include <string>
#include <string_view>

namespace myxtts::text::persian {

// 123 -> "صد و بیست و سه"
[[nodiscard]] std::string cardinal_words(std::uint64_t number);
// 23 -> "بیست و سوم", 30 -> "سی‌ام"
[[nodiscard]] std::string ordinal_words(std::uint64_t number);
// Digit by digit: "0912" -> "صفر نه یک دو". `digits` holds ASCII digits only.
[[nodiscard]] std::string digit_words(std::string_view digits);

}  // namespace myxtts::text::persian
