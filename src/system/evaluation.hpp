#pragma once
// The command evaluate: losses of a checkpoint on a data set, without chance.

#include "config/engine_request.hpp"
#include "core/console.hpp"

namespace myxtts::system {

// Prints a table, or one JSON object. Throws core::Error.
void evaluate(const config::EngineRequest& request, core::Console& console);

}  // namespace myxtts::system
