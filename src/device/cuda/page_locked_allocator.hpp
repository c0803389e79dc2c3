#pragma once
// libtorch's allocator of page-locked host memory, with a deleter that never throws.

#include <ATen/core/CachingHostAllocator.h>

#include "device/cuda/deferred_error.hpp"

namespace myxtts::device {

// libtorch's own deleter records events on the streams that used the memory, which fails after a failure of the GPU and
// would then end the program, as a tensor's destructor must not throw. Here the next allocation throws that error.
class PageLockedAllocator final : public at::HostAllocator {
 public:
  // Replaces libtorch's allocator in this process, once, and is never destroyed.
  // Thread: before other threads use page-locked memory.
  static void install();

  c10::DataPtr allocate(std::size_t bytes) override;
  void copy_data(void* to, const void* from, std::size_t bytes) const override { inner_.copy_data(to, from, bytes); }
  bool record_event(void* memory, void* context, c10::Stream stream) override {
    return inner_.record_event(memory, context, stream);
  }
  void empty_cache() override { inner_.empty_cache(); }
  at::HostStats get_stats() override { return inner_.get_stats(); }
  void reset_accumulated_stats() override { inner_.reset_accumulated_stats(); }
  void reset_peak_stats() override { inner_.reset_peak_stats(); }

 private:
  explicit PageLockedAllocator(at::HostAllocator& inner) : inner_(inner) {}
  static void free_memory(void* context);

  at::HostAllocator& inner_;
};

}  // namespace myxtts::device
