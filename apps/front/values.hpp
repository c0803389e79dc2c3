#pragma once
// Checks of values of flags that are not settings. An error names the value and what is allowed.

#include <CLI/CLI.hpp>
#include <cstdint>

namespace myxtts::front {

inline constexpr std::int64_t kLargestSeed = 1'000'000'000'000;  // the same as for run.seed

[[nodiscard]] CLI::Validator not_empty();
[[nodiscard]] CLI::Validator whole_number(std::int64_t low, std::int64_t high);
// Rejects "nan" and "inf".
[[nodiscard]] CLI::Validator number(double low, double high);

}  // namespace myxtts::front
