#pragma once
// Flags of the old program that are gone.

#include <string>

namespace myxtts::front {

// What a user of the old program's flag does now; "" where the old program had no such flag.
[[nodiscard]] std::string what_replaces(const std::string& flag);

}  // namespace myxtts::front
