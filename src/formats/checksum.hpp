#pragma once
// XXH64, the checksum of every file of a checkpoint: fast, and checked by any xxhsum.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace myxtts::formats {

// XXH64 with seed 0 over bytes that arrive in any pieces.
// Source: Yann Collet, "XXH64 algorithm description", xxHash specification 0.1.1.
class Checksum {
 public:
  // Adds the next bytes.
  void update(std::string_view bytes);
  // The checksum of all bytes so far; more may follow.
  [[nodiscard]] std::uint64_t value() const;
  // `value` as 16 hexadecimal digits, as xxhsum prints it.
  [[nodiscard]] std::string hex() const;

 private:
  static constexpr std::size_t kStripeBytes = 32;
  static constexpr std::uint64_t kPrime1 = 0x9E3779B185EBCA87ULL;
  static constexpr std::uint64_t kPrime2 = 0xC2B2AE3D27D4EB4FULL;

  void consume_stripe(const char* stripe);

  std::array<std::uint64_t, 4> lanes_{kPrime1 + kPrime2, kPrime2, 0, std::uint64_t{0} - kPrime1};
  std::array<char, kStripeBytes> pending_{};
  std::size_t pending_bytes_ = 0;
  std::uint64_t total_bytes_ = 0;
};

// The checksum of `bytes` as 16 hexadecimal digits.
[[nodiscard]] std::string checksum_hex(std::string_view bytes);

}  // namespace myxtts::formats
