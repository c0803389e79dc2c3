#pragma once
// The devices that the front decided on, and the runtime that serves them.

#include <memory>
#include <string>

#include "config/settings.hpp"
#include "device/precision.hpp"
#include "device/runtime.hpp"
#include "machine/device_plan.hpp"

namespace myxtts::system {

// A plan of GPUs is compared with what CUDA shows first: this is the engine's first call of CUDA.
// Throws: core::DeviceError when they differ, and when this engine or this machine cannot serve the plan.
[[nodiscard]] std::unique_ptr<device::DeviceRuntime> runtime_of(const config::Settings& settings,
                                                                const machine::DevicePlan& plan);

// The models of the devices that a run's bits come from: "CPU", "NVIDIA A100". `trains_on`: the model role's. Empty
// where that is a GPU and the plan names none.
[[nodiscard]] std::string device_models(const machine::DevicePlan& plan, torch::Device trains_on);

// How the process computes from now on: run.precision, which is returned, and run.deterministic.
device::Precision set_arithmetic(const config::RunSettings& run);

}  // namespace myxtts::system
