#pragma once
// The memory of two GPUs, held apart: a data GPU and a model GPU, each under a hard cap.
// Units: MiB, in every field named `..._mb` or `..._limit`. GPUs are numbered as nvidia-smi numbers them,
// within CUDA_VISIBLE_DEVICES where the user has set it.

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

// Makes the two GPUs the only ones that this process sees, caps what each may hold, and prints what it did. Call it at
// the top of main, before anything uses CUDA, once; a MemoryIsolatedDualGPUTrainer made later takes it over.
// Throws: core::DeviceError with the texts of `myxtts train` where the GPUs cannot be had, and where this comes a
// second time or after CUDA has started ("Physical devices cannot be modified after being initialized").
void setup_gpu_memory_isolation(const GpuMemoryIsolationOptions& options);

struct GpuMemoryInfo {
  int gpu_id = 0;
  std::int64_t total_mb = 0;
  std::int64_t used_mb = 0;  // by all processes
  std::int64_t free_mb = 0;
  double utilization = 0;  // percent of the memory that is used
};

// One GPU's memory as it is now; it starts no CUDA. Throws: core::DeviceError where there is no such GPU.
[[nodiscard]] GpuMemoryInfo get_gpu_memory_info(int gpu_id);
// The memory of all GPUs that the user left visible; empty where there is no driver.
[[nodiscard]] std::vector<GpuMemoryInfo> get_gpu_memory_info();
// Of the data GPU and of the model GPU. Throws: as get_gpu_memory_info(gpu_id).
[[nodiscard]] std::pair<GpuMemoryInfo, GpuMemoryInfo> monitor_gpu_memory(int data_gpu_id, int model_gpu_id);

struct MemoryStatsOptions {
  int data_gpu_id = 0;
  int model_gpu_id = 1;
  std::optional<std::int64_t> step;  // without one the lines have no "[Step N] "
};

// Prints what each role holds of its cap: "[Step 100] Data GPU 0: 5248/8192MB (64.1%)", and the model GPU's line.
// Throws: core::DeviceError where these are not the GPUs that the process was set up with.
void log_memory_stats(const MemoryStatsOptions& options);

struct MemoryLeakOptions {
  int gpu_id = 0;
  std::int64_t baseline_mb = 0;  // what the GPU's role held when nothing had leaked
  std::int64_t threshold_mb = 100;
};

// Whether the tensors of the GPU's role hold over `threshold_mb` more than the baseline; says so when they do. What the
// allocator merely keeps for reuse does not count. Throws: as log_memory_stats().
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

// Caps that are these shares of each GPU's whole memory. Throws: as get_gpu_memory_info(gpu_id).
[[nodiscard]] MemoryLimits get_optimal_memory_limits(const MemoryLimitOptions& options);

// Gives back what the allocators of both roles keep for reuse and no tensor needs. Throws: core::DeviceError before the
// process is set up.
void release_cached_memory();

}  // namespace myxtts
