#pragma once
// Finds, by its address, which role was charged for a piece of GPU memory.

#include <torch/types.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "device/role.hpp"

namespace myxtts::device {

struct MemoryCharge {
  Role role = Role::kNone;
  std::int64_t bytes = 0;
  c10::DeleterFnPtr release = nullptr;  // deleter of the allocator it came from; null: its raw_delete()
};

// A map in parts with a lock each, to reduce contention between the roles' threads. Thread: any.
class ChargedMemory {
 public:
  void add(void* memory, const MemoryCharge& charge);
  [[nodiscard]] std::optional<MemoryCharge> find(void* memory) const;
  // Removes and returns the charge.
  [[nodiscard]] std::optional<MemoryCharge> take(void* memory);

 private:
  struct Part {
    mutable std::mutex mutex;
    std::unordered_map<void*, MemoryCharge> charges;
  };
  static constexpr std::size_t kParts = 61;  // a prime: addresses are multiples of 512

  [[nodiscard]] static std::size_t part_of(void* memory) {
    return reinterpret_cast<std::uintptr_t>(memory) / 512 % kParts;
  }

  std::array<Part, kParts> parts_;
};

}  // namespace myxtts::device
