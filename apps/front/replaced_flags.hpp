#pragma once
// Flags of the old program that no longer exist.

#include <string>

namespace myxtts::front {

// What to use instead of a flag of the old program; "" if the old program had no such flag.
[[nodiscard]] std::string what_replaces(const std::string& flag);

}  // namespace myxtts::front
