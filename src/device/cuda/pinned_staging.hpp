#pragma once
// Copies between two GPUs through page-locked host memory.

#include <c10/cuda/CUDAEvent.h>
#include <torch/types.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>

namespace myxtts::device {

// Throws core::OutOfMemoryError if `bytes` more of page-locked host memory would exceed the cap. Units: bytes.
void require_pinned_room(std::int64_t bytes, std::int64_t cap_bytes);

// A ring of slots, allocated once; a tensor is copied in pieces, so that the copies into and out of host memory
// overlap.
// Thread: all calls are thread-safe.
class PinnedStaging {
 public:
  static constexpr std::int64_t kSlotBytes = std::int64_t{8} << 20;
  static constexpr std::size_t kSlots = 4;

  // Throws: core::OutOfMemoryError over the cap of page-locked memory.
  explicit PinnedStaging(std::int64_t cap_bytes);
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
    c10::cuda::CUDAEvent emptied;  // recorded on the destination's GPU when the slot can be reused
  };

  std::mutex mutex_;
  std::array<Slot, kSlots> slots_;
  std::size_t next_ = 0;
};

}  // namespace myxtts::device
