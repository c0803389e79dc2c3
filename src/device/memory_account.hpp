#pragma once
// How much of one kind of memory a role holds, and its limit.

#include <atomic>
#include <cstdint>

namespace myxtts::device {

// Bytes that libtorch's GPU allocator takes for a request: a multiple of 512.
[[nodiscard]] constexpr std::int64_t gpu_block_bytes(std::int64_t bytes) noexcept { return (bytes + 511) / 512 * 512; }

// On its own cache line, so that the roles' threads do not slow each other down.
// Units: bytes. Thread: any, without locks.
class alignas(64) MemoryAccount {
 public:
  // Adds the bytes and returns true; returns false without adding them if live bytes plus overhead would exceed the
  // cap. Atomic: the cap is never exceeded, not even for a moment.
  [[nodiscard]] bool charge(std::int64_t bytes) noexcept;
  void discharge(std::int64_t bytes) noexcept { live_.fetch_sub(bytes, std::memory_order_relaxed); }

  [[nodiscard]] std::int64_t live() const noexcept { return live_.load(std::memory_order_relaxed); }
  // The maximum of live() since the start or the last reset_peak().
  [[nodiscard]] std::int64_t peak() const noexcept { return peak_.load(std::memory_order_relaxed); }
  void reset_peak() noexcept { peak_.store(live(), std::memory_order_relaxed); }

  // 0: no cap.
  void set_cap(std::int64_t bytes) noexcept { cap_.store(bytes, std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t cap() const noexcept { return cap_.load(std::memory_order_relaxed); }

  // Memory that the role takes in addition to what is charged here.
  void set_overhead(std::int64_t bytes) noexcept { overhead_.store(bytes, std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t overhead() const noexcept { return overhead_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> live_{0};
  std::atomic<std::int64_t> peak_{0};
  std::atomic<std::int64_t> cap_{0};
  std::atomic<std::int64_t> overhead_{0};
};

}  // namespace myxtts::device
