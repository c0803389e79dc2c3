#pragma once
// Turns the device options of the command line into a device plan.

#include <cstdint>
#include <optional>
#include <string>

#include "machine/device_plan.hpp"
#include "machine/gpu_inventory.hpp"

namespace myxtts::machine {

// The value of a flag for a role's cap.
struct MemoryLimit {
  std::optional<std::int64_t> mb;  // MiB; not set: `auto`, a share of the GPU's memory
};

// The device options of the command line.
struct DeviceOptions {
  std::string device;                   // "cpu", "cuda", or "": the GPU if there is one
  std::optional<std::string> data_gpu;  // a whole number as typed; an index into visible_devices
  std::optional<std::string> model_gpu;
  bool share_gpu = false;  // both roles on the model GPU
  bool isolation = false;  // a cap for each role
  std::optional<MemoryLimit> data_memory;
  std::optional<MemoryLimit> model_memory;
  bool two_roles = true;                       // train, validate, profile; false: --model-gpu alone picks the GPU
  std::optional<std::string> visible_devices;  // the user's CUDA_VISIBLE_DEVICES

  [[nodiscard]] bool names_a_gpu() const { return data_gpu || model_gpu || share_gpu; }
};

// Throws: core::UsageError if flags contradict each other, or if a flag needs another one that is missing; it names
// both.
void check_flags(const DeviceOptions& options);

// The device plan for the options. `--device cpu` does not query the inventory.
// Throws: what check_flags() throws; then GpuConfigurationError with the text of the first check that fails: both flags
// present, GPU count, data_gpu, model_gpu, equality (R5), MIG slices (R2), caps (R16).
[[nodiscard]] DevicePlan resolve(const DeviceOptions& options, const DeviceInventory& inventory);

}  // namespace myxtts::machine
