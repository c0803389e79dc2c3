#pragma once
// Memory isolation of two GPUs: a data GPU and a model GPU, each under a hard cap.
// Units: MiB, in every field named `..._mb` or `..._limit`. GPUs are numbered as nvidia-smi numbers them,
// or within CUDA_VISIBLE_DEVICES if the user has set it.

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "core/error.hpp"

namespace myxtts {

struct GpuMemoryIsolationOptions {
  int data_gpu_id = 0;
  int model_gpu_id = 1;
  std::int64_t data_gpu_memory_limit = 8192;
  std::int64_t model_gpu_memory_limit = 16384;
};

// Makes the two GPUs the only visible ones of this process, caps the memory of each, and prints what it did. Call it
// once, at the top of main, before anything uses CUDA; a MemoryIsolatedDualGPUTrainer made later uses this setup.
// Throws: core::DeviceError with the texts of `myxtts train` if the GPUs are not available, and on a second call or a
// call after CUDA has started ("Physical devices cannot be modified after being initialized").
void setup_gpu_memory_isolation(const GpuMemoryIsolationOptions& options);

struct GpuMemoryInfo {
  int gpu_id = 0;
  std::int64_t total_mb = 0;
  std::int64_t used_mb = 0;  // by all processes
  std::int64_t free_mb = 0;
  double utilization = 0;  // percent of the memory that is used
};

// One GPU's memory now; does not start CUDA. Throws: core::DeviceError if there is no such GPU.
[[nodiscard]] GpuMemoryInfo get_gpu_memory_info(int gpu_id);
// The memory of all GPUs that CUDA_VISIBLE_DEVICES leaves visible; empty if there is no driver.
[[nodiscard]] std::vector<GpuMemoryInfo> get_gpu_memory_info();
// The memory of the data GPU and of the model GPU. Throws: as get_gpu_memory_info(gpu_id).
[[nodiscard]] std::pair<GpuMemoryInfo, GpuMemoryInfo> monitor_gpu_memory(int data_gpu_id, int model_gpu_id);

struct MemoryStatsOptions {
  int data_gpu_id = 0;
  int model_gpu_id = 1;
  std::optional<std::int64_t> step;  // not set: the lines have no "[Step N] "
};

// Prints each role's used memory and cap: "[Step 100] Data GPU 0: 5248/8192MB (64.1%)", and the model GPU's line.
// Throws: core::DeviceError if these are not the GPUs that the process was set up with.
void log_memory_stats(const MemoryStatsOptions& options);

struct MemoryLeakOptions {
  int gpu_id = 0;
  std::int64_t baseline_mb = 0;  // memory of the GPU's role before any leak
  std::int64_t threshold_mb = 100;
};

// Whether the tensors of the GPU's role hold more than the baseline plus `threshold_mb`; if so, prints a line. Memory
// that the allocator only caches for reuse does not count. Throws: as log_memory_stats().
[[nodiscard]] bool detect_memory_leak(const MemoryLeakOptions& options);

struct MemoryLimitOptions {
  int data_gpu_id = 0;
  int model_gpu_id = 1;
  double data_fraction = 0.33;
  double model_fraction = 0.67;
};

struct MemoryLimits {
  std::int64_t data_limit = 0;
  std::int64_t model_limit = 0;
};

// Caps as the given fractions of each GPU's total memory. Throws: as get_gpu_memory_info(gpu_id).
[[nodiscard]] MemoryLimits get_optimal_memory_limits(const MemoryLimitOptions& options);

// Frees the unused memory that the allocators of both roles cache for reuse. Throws: core::DeviceError before the
// process is set up.
void release_cached_memory();

}  // namespace myxtts
