#pragma once
// The command evaluate: losses of a checkpoint on a data set, deterministic.

#include "core/console.hpp"
#include "requests/requests.hpp"

namespace myxtts::evaluation {

// Prints a table, or one JSON object. Throws core::Error.
void evaluate(const requests::EvaluateRequest& request, core::Console& console);

}  // namespace myxtts::evaluation
