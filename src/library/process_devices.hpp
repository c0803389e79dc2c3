#pragma once
// The two isolated devices of a library user's process. The devices that CUDA shows to a process and libtorch's
// allocators exist only once in it, so their configuration is stored here until the process ends.

#include <memory>
#include <optional>
#include <string>

#include "config/settings.hpp"
#include "device/runtime.hpp"
#include "machine/device_plan.hpp"
#include "myxtts/gpu_memory.hpp"

namespace myxtts::library {

struct ProcessDevices {
  machine::DevicePlan plan;
  config::RunSettings run;                     // with the thread counts of the process
  std::optional<std::string> visible_devices;  // the user's CUDA_VISIBLE_DEVICES, before the plan replaced it
  std::unique_ptr<device::DeviceRuntime> runtime;

  // The role on the GPU that the user calls `gpu_id`. Throws: core::DeviceError if no role uses it.
  [[nodiscard]] device::Role role_of(int gpu_id) const;
  [[nodiscard]] const machine::PlannedGpu& gpu_of(device::Role role) const;
};

// Makes the plan's devices, with the thread counts in `run`, for the whole process.
// Thread: before other threads use torch.
// Throws: core::DeviceError if the process already has devices (R4), if a role would have no cap, or if the plan cannot
// be served.
void set_up_process(const machine::DevicePlan& plan, const config::RunSettings& run);

// Same for the plan that the options ask for; prints what it did. Throws: machine::GpuConfigurationError (R5, R16).
void isolate_process(const GpuMemoryIsolationOptions& options, const config::RunSettings& run);

// The user's CUDA_VISIBLE_DEVICES, even after set_up_process() has changed it.
[[nodiscard]] std::optional<std::string> visible_devices();

// Null before set_up_process().
[[nodiscard]] const ProcessDevices* process_devices();

// Throws: core::DeviceError with the advice to call setup_gpu_memory_isolation() first.
[[nodiscard]] const ProcessDevices& require_process_devices();

}  // namespace myxtts::library
