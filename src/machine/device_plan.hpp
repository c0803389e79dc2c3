#pragma once
// Which device plays which role, decided before anything starts CUDA.

#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "machine/gpu_inventory.hpp"

namespace myxtts::machine {

// What the command line asked for.
struct DeviceOptions {
  std::optional<int> data_gpu;
  std::optional<int> model_gpu;
};

// Both roles on the CPU: the one plan of this version.
struct DevicePlan {
  std::string data_device = "cpu";
  std::string model_device = "cpu";
};

// The multi-GPU configuration cannot be had (R5). The message holds every line that the user sees.
class GpuConfigurationError : public core::DeviceError {
 public:
  using core::DeviceError::DeviceError;
};

// Throws GpuConfigurationError with R5's text of the first check that fails: both flags there, GPU count, data_gpu,
// model_gpu, equality. The inventory is asked only where a flag was given.
[[nodiscard]] DevicePlan resolve(const DeviceOptions& options, const DeviceInventory& inventory);

struct EnvironmentVariable {
  std::string name;
  std::string value;
};

// The environment that the engine is started with: GPU order and visibility, and OpenMP threads that sleep after a
// short wait (a thread of one role that spins on takes a core from the other).
[[nodiscard]] std::vector<EnvironmentVariable> engine_environment(const DevicePlan& plan, int threads);

}  // namespace myxtts::machine
