#pragma once
// Texts of lines.

#include <string_view>
#include <vector>

namespace myxtts::core {

// The lines of a text, each without its end ("\n" or "\r\n"), which the last one need not have. They are views.
[[nodiscard]] std::vector<std::string_view> split_lines(std::string_view text);

}  // namespace myxtts::core
