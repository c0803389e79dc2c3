#pragma once
// The two isolated devices of a library user's process. What CUDA shows a process and libtorch's allocators exist once
// in it by nature, so what they were set up with is kept here for the rest of the process's life.

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
  config::RunSettings run;                     // its thread counts, decided
  std::optional<std::string> visible_devices;  // the user's CUDA_VISIBLE_DEVICES: the plan's are set now
  std::unique_ptr<device::DeviceRuntime> runtime;

  // The role that lives on the GPU that the user calls `gpu_id`. Throws: core::DeviceError where none does.
  [[nodiscard]] device::Role role_of(int gpu_id) const;
  [[nodiscard]] const machine::PlannedGpu& gpu_of(device::Role role) const;
};

// Makes the plan's devices, with the thread counts of `run`, the process's.
// Thread: before other threads use torch.
// Throws: core::DeviceError where the process has some already (R4), where a role would have no cap, or the plan cannot
// be served.
void set_up_process(const machine::DevicePlan& plan, const config::RunSettings& run);

// The same for the plan that the options ask for; prints what it did. Throws: machine::GpuConfigurationError (R5, R16).
void isolate_process(const GpuMemoryIsolationOptions& options, const config::RunSettings& run);

// The user's CUDA_VISIBLE_DEVICES, also after set_up_process().
[[nodiscard]] std::optional<std::string> visible_devices();

// Null before set_up_process().
[[nodiscard]] const ProcessDevices* process_devices();

// Throws: core::DeviceError that says to call setup_gpu_memory_isolation() first.
[[nodiscard]] const ProcessDevices& require_process_devices();

}  // namespace myxtts::library
