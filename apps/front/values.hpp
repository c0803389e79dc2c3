#pragma once
// What the value of a flag may be, where the flag is no setting. A refusal names the value and what is allowed.

#include <CLI/CLI.hpp>
#include <cstdint>

namespace myxtts::front {

inline constexpr std::int64_t kLargestSeed = 1'000'000'000'000;  // as for run.seed

[[nodiscard]] CLI::Validator not_empty();
[[nodiscard]] CLI::Validator whole_number(std::int64_t low, std::int64_t high);
// Neither "nan" nor "inf" is a number.
[[nodiscard]] CLI::Validator number(double low, double high);

}  // namespace myxtts::front
