#pragma once
// Copies between two GPUs through page-locked host memory.

#include <torch/types.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>

#include "device/cuda/cuda_event.hpp"

namespace myxtts::device {

// A ring of slots (32 MiB), allocated once; a tensor is copied in pieces, so that the copies into and out of host
// memory overlap.
// Thread: all calls are thread-safe.
class PinnedStaging {
 public:
  static constexpr std::int64_t kSlotBytes = std::int64_t{8} << 20;
  static constexpr std::size_t kSlots = 4;

  PinnedStaging();
  // Waits for the copies that still use the slots.
  ~PinnedStaging();
  PinnedStaging(const PinnedStaging&) = delete;
  PinnedStaging& operator=(const PinnedStaging&) = delete;

  // Enqueues the copy and returns; the host never waits. Shapes: both contiguous, with the same number of bytes.
  // Stream: reads on `from`, a stream of the source's GPU; writes on `to`, a stream of the destination's.
  void copy(const torch::Tensor& destination, const torch::Tensor& source, c10::cuda::CUDAStream from,
            c10::cuda::CUDAStream to);

 private:
  struct Slot {
    c10::DataPtr memory;
    CudaEvent filled;   // recorded on the source's GPU
    CudaEvent emptied;  // recorded on the destination's GPU when the slot can be reused
  };

  std::mutex mutex_;
  std::array<Slot, kSlots> slots_;
  std::size_t next_ = 0;
};

}  // namespace myxtts::device
