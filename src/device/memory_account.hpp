#pragma once
// What one role holds of one kind of memory, and how much it may.

#include <atomic>
#include <cstdint>

namespace myxtts::device {

// What libtorch's allocator for GPUs takes for a request: a multiple of 512.
[[nodiscard]] constexpr std::int64_t gpu_block_bytes(std::int64_t bytes) noexcept { return (bytes + 511) / 512 * 512; }

// On a cache line of its own, so that the roles' threads do not slow each other down.
// Units: bytes. Thread: any, without locks.
class alignas(64) MemoryAccount {
 public:
  // Takes the bytes, unless live bytes and overhead would then exceed the cap: in one step, so that they never do, not
  // even for a moment.
  [[nodiscard]] bool charge(std::int64_t bytes) noexcept;
  void discharge(std::int64_t bytes) noexcept { live_.fetch_sub(bytes, std::memory_order_relaxed); }

  [[nodiscard]] std::int64_t live() const noexcept { return live_.load(std::memory_order_relaxed); }
  // The most that live() has been since the start or the last reset_peak().
  [[nodiscard]] std::int64_t peak() const noexcept { return peak_.load(std::memory_order_relaxed); }
  void reset_peak() noexcept { peak_.store(live(), std::memory_order_relaxed); }

  // 0: none.
  void set_cap(std::int64_t bytes) noexcept { cap_.store(bytes, std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t cap() const noexcept { return cap_.load(std::memory_order_relaxed); }

  // What the role takes beside what is charged here.
  void set_overhead(std::int64_t bytes) noexcept { overhead_.store(bytes, std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t overhead() const noexcept { return overhead_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> live_{0};
  std::atomic<std::int64_t> peak_{0};
  std::atomic<std::int64_t> cap_{0};
  std::atomic<std::int64_t> overhead_{0};
};

}  // namespace myxtts::device
