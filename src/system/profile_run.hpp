#pragma once
// The command profile: where the time of training goes, and what limits it.

#include "core/console.hpp"
#include "requests/requests.hpp"

namespace myxtts::system {

// Prints a table and a verdict, or one JSON object. Leaves no file. Throws core::Error.
void profile(const requests::ProfileRequest& request, core::Console& console);

}  // namespace myxtts::system
