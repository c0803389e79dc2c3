#pragma once
// The devices that the front decided on, and the runtime that serves them.

#include <memory>
#include <string>

#include "config/settings.hpp"
#include "device/precision.hpp"
#include "device/runtime.hpp"
#include "machine/device_plan.hpp"

namespace myxtts::device {

// Makes the runtime of a plan. If the plan uses GPUs, the driver's version is checked first, and the plan is compared
// with the GPUs that CUDA shows; these are the engine's first calls of CUDA.
// Throws: DriverTooOld; core::DeviceError when the GPUs differ, and when this engine or this machine cannot serve the
// plan.
[[nodiscard]] std::unique_ptr<device::DeviceRuntime> runtime_of(const config::Settings& settings,
                                                                const machine::DevicePlan& plan);

// The models of the devices that decide a run's bits: "CPU", "NVIDIA A100". `trains_on`: the model role's device. Empty
// if that is a GPU and the plan has no name for it.
[[nodiscard]] std::string device_models(const machine::DevicePlan& plan, torch::Device trains_on);

// The precision that run.precision means on a device: `auto` is bf16 on a GPU that has it, else fp32.
[[nodiscard]] std::string precision_on(torch::Device device, const config::RunSettings& run);

// Applies precision_on() and run.deterministic to all later computations of the process; returns the precision.
device::Precision set_arithmetic(const config::RunSettings& run, torch::Device device);

}  // namespace myxtts::device
