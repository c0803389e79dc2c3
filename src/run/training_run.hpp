#pragma once
// The whole command `train`: data, codec, voice, and sample speech of the trained voice.

#include <functional>

#include "core/console.hpp"
#include "device/runtime.hpp"
#include "requests/requests.hpp"

namespace myxtts::run {

// Runs the request. Returns whether it was stopped before its planned end; everything is saved by then.
// Throws core::Error.
bool run_training(const requests::TrainRequest& request, core::Console& console, std::function<bool()> stop_requested);

// Same with an existing `runtime`, which must serve the request's device plan.
bool run_training(const requests::TrainRequest& request, device::DeviceRuntime& runtime, core::Console& console,
                  std::function<bool()> stop_requested);

}  // namespace myxtts::run
