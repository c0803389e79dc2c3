#pragma once
// The front's last step: it becomes the engine.

#include "requests/requests.hpp"

namespace myxtts::front {

// Replaces this process by myxtts-engine, or with a GPU by myxtts-engine-cuda where that was built; both lie beside
// this program. Returns only by throwing core::Error. The request travels in an anonymous file whose descriptor is the
// engine's one argument.
[[noreturn]] void become_engine(const requests::Request& request);

}  // namespace myxtts::front
