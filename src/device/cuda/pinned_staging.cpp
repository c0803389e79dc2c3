#include "device/cuda/pinned_staging.hpp"

#include <ATen/core/CachingHostAllocator.h>
#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAGuard.h>
#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"

namespace myxtts::device {
namespace {

void enqueue(void* to, const void* from, std::int64_t bytes, cudaMemcpyKind kind, c10::cuda::CUDAStream stream) {
  const c10::cuda::CUDAGuard guard(stream.device_index());
  C10_CUDA_CHECK(cudaMemcpyAsync(to, from, static_cast<std::size_t>(bytes), kind, stream));
}

}  // namespace

void require_pinned_room(std::int64_t bytes, std::int64_t cap_bytes) {
  const std::int64_t held = at::getHostAllocator(torch::kCUDA)->get_stats().allocated_bytes.current;
  if (held + bytes <= cap_bytes) return;
  const auto megabytes = [](std::int64_t count) { return static_cast<double>(count) / (1 << 20); };
  throw core::OutOfMemoryError(
      {.what = "the page-locked host memory is used up",
       .where = "transfer between the GPUs",
       .value = fmt::format("{:.3f} MB asked for with {:.3f} MB in use", megabytes(bytes), megabytes(held)),
       .expected = fmt::format("at most the cap of {:.3f} MB", megabytes(cap_bytes)),
       .advice = "Use two GPUs with peer access, or --share-gpu: both need none."});
}

PinnedStaging::PinnedStaging(std::int64_t cap_bytes) {
  require_pinned_room(kSlotBytes * static_cast<std::int64_t>(kSlots), cap_bytes);
  for (Slot& slot : slots_) {
    slot.memory = at::getHostAllocator(torch::kCUDA)->allocate(static_cast<std::size_t>(kSlotBytes));
  }
}

PinnedStaging::~PinnedStaging() {
  for (const Slot& slot : slots_) {
    if (slot.emptied.isCreated()) C10_CUDA_CHECK_WARN(cudaEventSynchronize(slot.emptied.event()));
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
    c10::cuda::CUDAEvent filled;
    filled.record(from);
    filled.block(to);
    enqueue(out + done, slot.memory.get(), piece, cudaMemcpyHostToDevice, to);
    slot.emptied.record(to);
  }
}

}  // namespace myxtts::device
