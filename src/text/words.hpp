#pragma once
// Splits a text into words like Hugging Face's Whitespace pre-tokenizer.

#include <string_view>
#include <vector>

namespace myxtts::text {

// The runs of \w and the runs of [^\w\s] in a text, in order; the views point into `text`.
[[nodiscard]] std::vector<std::u32string_view> split_words(std::u32string_view text);

}  // namespace myxtts::text
