#pragma once
// Which role runs on which device, decided before anything starts CUDA.

#include <cstdint>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "core/error.hpp"

namespace myxtts::machine {

enum class DeviceMode {
  kCpu,        // both roles on the CPU
  kSingleGpu,  // both roles on one GPU, no caps, no multi-GPU lines
  kSharedGpu,  // --share-gpu: both roles on one GPU, each with a cap
  kDualGpu,    // a data GPU and a model GPU
};

struct PlannedGpu {
  int typed_index = 0;     // as the user counts: within CUDA_VISIBLE_DEVICES if that is set
  int physical_index = 0;  // as nvidia-smi counts; printed and monitored
  std::string uuid;        // "GPU-..." or "MIG-..."
  std::string name;
  std::int64_t total_mb = 0;
};

struct DevicePlan {
  DeviceMode mode = DeviceMode::kCpu;
  PlannedGpu data_gpu;  // the same as model_gpu, unless the mode is kDualGpu
  PlannedGpu model_gpu;
  std::string visible_devices;    // CUDA_VISIBLE_DEVICES of the engine
  bool isolated = false;          // --enable-memory-isolation
  std::int64_t data_cap_mb = 0;   // MiB; 0: no cap
  std::int64_t model_cap_mb = 0;  // MiB; 0: no cap

  [[nodiscard]] bool uses_gpu() const { return mode != DeviceMode::kCpu; }
  // libtorch's names: "cpu", "cuda:0", and "cuda:1" for the model role if there are two GPUs.
  [[nodiscard]] std::string data_device() const { return uses_gpu() ? "cuda:0" : "cpu"; }
  [[nodiscard]] std::string model_device() const { return mode == DeviceMode::kDualGpu ? "cuda:1" : data_device(); }
};

// The requested GPUs are not available (R2, R5, R16). The message holds every line that the user sees.
class GpuConfigurationError : public core::DeviceError {
 public:
  using core::DeviceError::DeviceError;
};

struct EnvironmentVariable {
  std::string name;
  std::string value;
  bool is_default = false;  // a value that the user has set stays
};

// What a process that trains on GPUs needs, whichever these are: memory that grows in place, because rows of ever other
// lengths would leave gaps of every size; a hardware queue for each stream, because two in one queue wait for each
// other; and, if run.deterministic is set, the cuBLAS workspace that gives the same bits in every run.
[[nodiscard]] std::vector<EnvironmentVariable> cuda_environment(const config::RunSettings& run);

// The environment of the engine: GPU order and visibility; OpenMP threads that sleep after a short wait (a spinning
// thread of one role takes a core from the other); and cuda_environment().
[[nodiscard]] std::vector<EnvironmentVariable> engine_environment(const DevicePlan& plan,
                                                                  const config::RunSettings& run);

}  // namespace myxtts::machine
