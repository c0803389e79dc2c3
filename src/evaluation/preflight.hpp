#pragma once
// The command preflight with a voice model: the same check as without one, plus a ranking of the clips.

#include "core/console.hpp"
#include "requests/requests.hpp"

namespace myxtts::evaluation {

// Returns whether `train` would start. Throws core::Error.
bool preflight(const requests::PreflightRequest& request, core::Console& console);

}  // namespace myxtts::evaluation
