#include "device/cuda/page_locked_allocator.hpp"

#include <torch/types.h>

#include <atomic>
#include <mutex>

namespace myxtts::device {
namespace {

// A deleter gets only an address, so it finds these here.
std::atomic<c10::DeleterFnPtr> inner_deleter{nullptr};
DeferredError deferred;

}  // namespace

void PageLockedAllocator::install() {
  static constexpr std::uint8_t kPriority = 200;  // higher than libtorch's own registrations
  static std::once_flag installed;
  std::call_once(installed, [] {
    static auto& allocator = *new PageLockedAllocator(*at::getHostAllocator(torch::kCUDA));
    at::setHostAllocator(torch::kCUDA, &allocator, kPriority);
  });
}

c10::DataPtr PageLockedAllocator::allocate(std::size_t bytes) {
  deferred.rethrow();
  c10::DataPtr memory = inner_.allocate(bytes);
  inner_deleter = memory.get_deleter();  // the same for all memory
  (void)memory.compare_exchange_deleter(memory.get_deleter(), &free_memory);
  return memory;
}

void PageLockedAllocator::free_memory(void* context) {
  try {
    inner_deleter.load()(context);
  } catch (...) {
    deferred.keep_current();
  }
}

}  // namespace myxtts::device
