#pragma once
// The few sizes that packed axes are padded to. Sizes that repeat let a backend use again what it prepared for a size:
// on a CPU, oneDNN compiles each 16-bit product anew for sizes that it has not seen, which takes longer than a small
// product itself; on a GPU, the allocator finds freed blocks of the same size.

#include <bit>
#include <cstdint>

namespace myxtts::contracts {

// The smallest of the few sizes that is at least `size`. There are 32 of them between a power of two and the next, so
// padding is less than 1/32 of `size`; below 64 each size is one of them. A pure function.
[[nodiscard]] constexpr std::int64_t padded_size(std::int64_t size) {
  constexpr std::int64_t kSizesToTheNextPower = 32;
  if (size < 2 * kSizesToTheNextPower) return size;
  const auto power = static_cast<std::int64_t>(std::bit_floor(static_cast<std::uint64_t>(size)));
  const std::int64_t step = power / kSizesToTheNextPower;
  return (size + step - 1) / step * step;
}

}  // namespace myxtts::contracts
