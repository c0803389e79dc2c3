#pragma once
// The caps of both roles on their GPUs.

#include <torch/torch.h>

#include <array>
#include <cstdint>
#include <mutex>
#include <vector>

#include "device/cuda/role_cuda_allocator.hpp"
#include "device/runtime.hpp"

namespace myxtts::device {

// A cap counts all that the process takes for a role: what libtorch's allocator has from the driver, whether tensors
// use it or it is kept for reuse, and the overhead (context, libraries, workspaces), at first taken to be 1 GiB a GPU.
// Where a role has a GPU to itself, libtorch's memory fraction of that GPU is its cap less the overhead. Where both
// share one, kept memory is nobody's: each role's live bytes are held under its cap, less its part of the overhead, and
// the fraction bounds the sum.
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
    std::int64_t beside_at_start;  // bytes in use on the GPU, by anyone, that the allocator does not have
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
