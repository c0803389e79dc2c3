#pragma once
// The command preflight with a voice model: the same check as without, and its clips ranked.

#include "core/console.hpp"
#include "requests/requests.hpp"

namespace myxtts::system {

// Returns whether `train` would start. Throws core::Error.
bool preflight(const requests::PreflightRequest& request, core::Console& console);

}  // namespace myxtts::system
