#pragma once
// What a run decides by its devices, where its settings leave it open.

#include "config/settings.hpp"
#include "core/console.hpp"
#include "device/runtime.hpp"
#include "machine/device_plan.hpp"
#include "stages/plan/role_memory.hpp"

namespace myxtts::run {

// Replaces run.precision `auto` by the precision for the model role's device, with a line on a GPU, and applies it.
void decide_precision(config::RunSettings& run, const device::DeviceRuntime& runtime, core::Console& console);

// Replaces batch.size and batch.accumulation by machine::fitted_batch(), and says so in a line.
void fit_micro_batch(config::Settings& settings, const stages::DataShape& data, const machine::DevicePlan& plan,
                     core::Console& console);

}  // namespace myxtts::run
