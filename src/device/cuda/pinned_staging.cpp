#include "device/cuda/pinned_staging.hpp"

#include <ATen/core/CachingHostAllocator.h>
#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAGuard.h>

#include <algorithm>

namespace myxtts::device {
namespace {

void enqueue(void* to, const void* from, std::int64_t bytes, cudaMemcpyKind kind, c10::cuda::CUDAStream stream) {
  const c10::cuda::CUDAGuard guard(stream.device_index());
  C10_CUDA_CHECK(cudaMemcpyAsync(to, from, static_cast<std::size_t>(bytes), kind, stream));
}

}  // namespace

PinnedStaging::PinnedStaging() {
  for (Slot& slot : slots_) {
    slot.memory = at::getHostAllocator(torch::kCUDA)->allocate(static_cast<std::size_t>(kSlotBytes));
  }
}

PinnedStaging::~PinnedStaging() {
  for (const Slot& slot : slots_) {
    try {
      slot.emptied.wait_on_host();
    } catch (const c10::Error&) {
      // The GPU has failed: nothing uses the slots any more.
    }
  }
}

void PinnedStaging::copy(const torch::Tensor& destination, const torch::Tensor& source, c10::cuda::CUDAStream from,
                         c10::cuda::CUDAStream to) {
  auto* out = static_cast<char*>(destination.data_ptr());
  const auto* in = static_cast<const char*>(source.const_data_ptr());
  const auto total = static_cast<std::int64_t>(source.nbytes());
  const std::scoped_lock lock(mutex_);
  for (std::int64_t done = 0; done < total; done += kSlotBytes) {
    Slot& slot = slots_[next_];
    next_ = (next_ + 1) % kSlots;
    const std::int64_t piece = std::min(kSlotBytes, total - done);
    slot.emptied.block(from);
    enqueue(slot.memory.get(), in + done, piece, cudaMemcpyDeviceToHost, from);
    slot.filled.record(from);
    slot.filled.block(to);
    enqueue(out + done, slot.memory.get(), piece, cudaMemcpyHostToDevice, to);
    slot.emptied.record(to);
  }
}

}  // namespace myxtts::device
