#pragma once
// Splits texts into lines.

#include <string_view>
#include <vector>

namespace myxtts::core {

// The lines of a text, without their ends ("\n" or "\r\n"; optional on the last line). They are views into `text`.
[[nodiscard]] std::vector<std::string_view> split_lines(std::string_view text);

}  // namespace myxtts::core
