#pragma once
// What a run decides by its devices, where its settings leave it open.

#include "config/settings.hpp"
#include "core/console.hpp"
#include "device/runtime.hpp"

namespace myxtts::run {

// Replaces run.precision `auto` by the precision for the model role's device, with a line on a GPU, and applies it.
void decide_precision(config::RunSettings& run, const device::DeviceRuntime& runtime, core::Console& console);

}  // namespace myxtts::run
