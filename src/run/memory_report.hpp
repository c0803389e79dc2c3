#pragma once
// Prints the memory forecast of a run with caps before its first step, and the memory that it used at its end.

#include "config/settings.hpp"
#include "core/console.hpp"
#include "device/runtime.hpp"
#include "machine/device_plan.hpp"
#include "stages/plan/stage_plan.hpp"
#include "stages/training_data.hpp"

namespace myxtts::run {

// The maximum memory that a role has used on its device. Units: bytes.
[[nodiscard]] std::int64_t max_in_use(const device::MemoryUse& use);

[[nodiscard]] stages::DataShape shape_of(const stages::TrainingData& data);

// Prints a line for each role if the plan has caps.
void print_forecast(const config::Settings& settings, const stages::DataShape& data, const machine::DevicePlan& plan,
                    core::Console& console);
void print_memory_used(const config::Settings& settings, const stages::DataShape& data, const machine::DevicePlan& plan,
                       const device::DeviceRuntime& runtime, core::Console& console);

}  // namespace myxtts::run
