#pragma once
// The front's last step: it replaces itself by the engine.

#include "requests/requests.hpp"

namespace myxtts::front {

// Replaces this process by myxtts-engine, or by myxtts-engine-cuda if the plan uses a GPU and it was built; both are in
// this program's folder. Does not return; throws core::Error on failure. The request is passed in an anonymous file;
// the path of its descriptor is the engine's only argument.
[[noreturn]] void become_engine(const requests::Request& request);

}  // namespace myxtts::front
