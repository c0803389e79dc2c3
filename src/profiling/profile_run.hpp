#pragma once
// The command profile: shows where training spends its time, and what limits it.

#include "core/console.hpp"
#include "requests/requests.hpp"

namespace myxtts::profiling {

// Prints a table and a verdict, or one JSON object. Writes no file. Throws core::Error.
void profile(const requests::ProfileRequest& request, core::Console& console);

}  // namespace myxtts::profiling
