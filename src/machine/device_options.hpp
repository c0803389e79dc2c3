#pragma once
// From what the command line asks for to a plan of devices.

#include <cstdint>
#include <optional>
#include <string>

#include "machine/device_plan.hpp"
#include "machine/gpu_inventory.hpp"

namespace myxtts::machine {

// A role's cap as a flag gives it.
struct MemoryLimit {
  std::optional<std::int64_t> mb;  // MiB; nothing: `auto`, a share of the GPU's memory
};

// What the command line asked for.
struct DeviceOptions {
  std::string device;                   // "cpu", "cuda", or "": the GPU where there is one
  std::optional<std::string> data_gpu;  // a whole number as it was typed; it counts within visible_devices
  std::optional<std::string> model_gpu;
  bool share_gpu = false;  // both roles on the model GPU
  bool isolation = false;  // a cap for each role
  std::optional<MemoryLimit> data_memory;
  std::optional<MemoryLimit> model_memory;
  bool two_roles = true;                       // train, validate, profile; else --model-gpu alone picks the GPU
  std::optional<std::string> visible_devices;  // the user's CUDA_VISIBLE_DEVICES

  [[nodiscard]] bool names_a_gpu() const { return data_gpu || model_gpu || share_gpu; }
};

// Throws: core::UsageError where flags contradict each other or miss their partner, which it names.
void check_flags(const DeviceOptions& options);

// The plan that the options ask for. The inventory is not asked with `--device cpu`.
// Throws: what check_flags() throws; then GpuConfigurationError with the text of the first check that fails: both flags
// there, GPU count, data_gpu, model_gpu, equality (R5), MIG slices (R2), caps (R16).
[[nodiscard]] DevicePlan resolve(const DeviceOptions& options, const DeviceInventory& inventory);

}  // namespace myxtts::machine
