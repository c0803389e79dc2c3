#include "device/memory_account.hpp"

namespace myxtts::device {

bool MemoryAccount::charge(std::int64_t bytes) noexcept {
  std::int64_t live = live_.load(std::memory_order_relaxed);
  do {
    const std::int64_t cap = cap_.load(std::memory_order_relaxed);
    if (cap > 0 && live + overhead() + bytes > cap) return false;
  } while (!live_.compare_exchange_weak(live, live + bytes, std::memory_order_relaxed));
  std::int64_t peak = peak_.load(std::memory_order_relaxed);
  while (peak < live + bytes && !peak_.compare_exchange_weak(peak, live + bytes, std::memory_order_relaxed)) {
  }
  return true;
}

}  // namespace myxtts::device
