#pragma once
// From what the command line asks for to a plan of devices.

#include <optional>
#include <string>

#include "machine/device_plan.hpp"
#include "machine/gpu_inventory.hpp"

namespace myxtts::machine {

// What the command line asked for.
struct DeviceOptions {
  std::optional<int> data_gpu;
  std::optional<int> model_gpu;
};

// Throws GpuConfigurationError with R5's text of the first check that fails: both flags there, GPU count, data_gpu,
// model_gpu, equality. The inventory is asked only where a flag was given.
[[nodiscard]] DevicePlan resolve(const DeviceOptions& options, const DeviceInventory& inventory);

}  // namespace myxtts::machine
