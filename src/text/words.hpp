#pragma once
// Words as Hugging Face's Whitespace pre-tokenizer splits a text into them.

#include <string_view>
#include <vector>

namespace myxtts::text {

// The runs of \w and the runs of [^\w\s] in a text, in order; they point into it.
[[nodiscard]] std::vector<std::u32string_view> split_words(std::u32string_view text);

}  // namespace myxtts::text
