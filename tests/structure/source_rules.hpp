#pragma once
// Rules of the sources that a compiler does not know.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace myxtts::structure {

// A function of a source that clang-format has formatted, and its lines from its head to its closing brace.
struct FunctionLength {
  std::string head;
  std::size_t lines = 0;
};

[[nodiscard]] std::vector<FunctionLength> function_lengths(std::string_view source);

// The lines, comments aside, that hold one of the names in quotes, alone or as the beginning of a word with a dash or a
// list ("codec", "codec-best", "codec,voice").
[[nodiscard]] std::vector<std::string> lines_with_quoted(std::string_view source, std::span<const std::string> names);

}  // namespace myxtts::structure
