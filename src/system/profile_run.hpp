#pragma once
// The command profile: where the time of training goes, and what limits it.

#include "config/engine_request.hpp"
#include "core/console.hpp"

namespace myxtts::system {

// Prints a table and a verdict, or one JSON object. Leaves no file. Throws core::Error.
void profile(const config::EngineRequest& request, core::Console& console);

}  // namespace myxtts::system
