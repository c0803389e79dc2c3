#pragma once
// Which device plays which role, decided before anything starts CUDA.

#include <cstdint>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "core/error.hpp"

namespace myxtts::machine {

enum class DeviceMode {
  kCpu,        // both roles on the CPU
  kSingleGpu,  // both roles on one GPU, no caps, no multi-GPU lines
  kSharedGpu,  // --share-gpu: both roles on one GPU, each with a cap where isolation is asked for
  kDualGpu,    // a data GPU and a model GPU
};

struct PlannedGpu {
  int typed_index = 0;     // as the user counts: within CUDA_VISIBLE_DEVICES where that is set
  int physical_index = 0;  // as nvidia-smi counts: what is printed and monitored
  std::string uuid;        // "GPU-..." or "MIG-..."
  std::string name;
  std::int64_t total_mb = 0;
};

struct DevicePlan {
  DeviceMode mode = DeviceMode::kCpu;
  PlannedGpu data_gpu;  // the model GPU again, unless there are two
  PlannedGpu model_gpu;
  std::string visible_devices;    // CUDA_VISIBLE_DEVICES of the engine
  bool isolated = false;          // --enable-memory-isolation
  std::int64_t data_cap_mb = 0;   // MiB; 0: no cap
  std::int64_t model_cap_mb = 0;  // MiB; 0: no cap

  [[nodiscard]] bool uses_gpu() const { return mode != DeviceMode::kCpu; }
  // As libtorch names them: "cpu", "cuda:0", and "cuda:1" for the model role where there are two GPUs.
  [[nodiscard]] std::string data_device() const { return uses_gpu() ? "cuda:0" : "cpu"; }
  [[nodiscard]] std::string model_device() const { return mode == DeviceMode::kDualGpu ? "cuda:1" : data_device(); }
};

// The GPUs that were asked for cannot be had (R2, R5, R16). The message holds every line that the user sees.
class GpuConfigurationError : public core::DeviceError {
 public:
  using core::DeviceError::DeviceError;
};

struct EnvironmentVariable {
  std::string name;
  std::string value;
};

// The environment that the engine is started with: GPU order and visibility, OpenMP threads that sleep after a short
// wait (a thread of one role that spins on takes a core from the other), and a cuBLAS that gives the same bits in every
// run where run.deterministic asks for them.
[[nodiscard]] std::vector<EnvironmentVariable> engine_environment(const DevicePlan& plan,
                                                                  const config::RunSettings& run);

}  // namespace myxtts::machine
