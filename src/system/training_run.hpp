#pragma once
// A whole `train`: data, codec, voice, and the speech that shows what was learnt.

#include <functional>

#include "core/console.hpp"
#include "device/runtime.hpp"
#include "requests/requests.hpp"

namespace myxtts::system {

// Runs the request and returns whether it was stopped before its plan's end. Everything is saved when this returns.
// Throws core::Error.
bool run_training(const requests::TrainRequest& request, core::Console& console, std::function<bool()> stop_requested);

// The same on devices that are there already: `runtime` serves the request's plan.
bool run_training(const requests::TrainRequest& request, device::DeviceRuntime& runtime, core::Console& console,
                  std::function<bool()> stop_requested);

}  // namespace myxtts::system
