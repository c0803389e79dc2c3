#pragma once
// The command preflight with a voice model: the same check as without, and its clips ranked.

#include "config/engine_request.hpp"
#include "core/console.hpp"

namespace myxtts::system {

// Returns whether `train` would start. Throws core::Error.
bool preflight(const config::EngineRequest& request, core::Console& console);

}  // namespace myxtts::system
