#pragma once
// Applies the caps of both roles on their GPUs.

#include <torch/types.h>

#include <array>
#include <cstdint>
#include <mutex>
#include <vector>

#include "device/cuda/role_cuda_allocator.hpp"
#include "device/runtime.hpp"

namespace myxtts::device {

// A cap limits all memory that the process takes for a role: what libtorch's allocator holds, whether tensors use it or
// it is kept for reuse, plus the overhead (context, libraries, workspaces), which is assumed to be 1 GiB a GPU until it
// is measured. If a role has a GPU to itself, libtorch's memory fraction of that GPU is the cap minus the overhead. If
// both share one, memory kept for reuse belongs to neither role: each role's live bytes are limited by its cap minus
// its share of the overhead, and the fraction limits the sum.
// Thread: all calls are thread-safe.
class DeviceMemory {
 public:
  // Sets the caps. CUDA must be initialised.
  DeviceMemory(const RuntimeOptions& options, RoleCudaAllocator& allocator);

  [[nodiscard]] MemoryUse use(Role role) const;
  void measure_overhead();

 private:
  struct Gpu {
    c10::DeviceIndex index;
    std::vector<Role> roles;
    std::int64_t beside_at_start;  // bytes in use on the GPU, by any process, outside the allocator
    std::int64_t overhead;
  };

  [[nodiscard]] std::int64_t cap(Role role) const;
  [[nodiscard]] const Gpu& gpu_of(Role role) const;
  [[nodiscard]] std::int64_t measured(const Gpu& gpu) const;
  void apply(const Gpu& gpu);

  const RuntimeOptions options_;
  RoleCudaAllocator& allocator_;
  mutable std::mutex mutex_;
  std::vector<Gpu> gpus_;
};

}  // namespace myxtts::device
