#include "formats/checksum.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace myxtts::formats {
namespace {

constexpr std::uint64_t kPrime1 = 0x9E3779B185EBCA87ULL;
constexpr std::uint64_t kPrime2 = 0xC2B2AE3D27D4EB4FULL;
constexpr std::uint64_t kPrime3 = 0x165667B19E3779F9ULL;
constexpr std::uint64_t kPrime4 = 0x85EBCA77C2B2AE63ULL;
constexpr std::uint64_t kPrime5 = 0x27D4EB2F165667C5ULL;

static_assert(std::endian::native == std::endian::little, "the words of XXH64 are little-endian");

template <typename Word>
std::uint64_t load(const char* bytes) {
  Word word;
  std::memcpy(&word, bytes, sizeof(word));
  return word;
}

std::uint64_t advance_lane(std::uint64_t lane, std::uint64_t word) {
  return std::rotl(lane + word * kPrime2, 31) * kPrime1;
}

std::uint64_t merge_lane(std::uint64_t hash, std::uint64_t lane) {
  return (hash ^ advance_lane(0, lane)) * kPrime1 + kPrime4;
}

// The last 0 to 31 bytes.
std::uint64_t add_tail(std::uint64_t hash, const char* tail, std::size_t bytes) {
  for (; bytes >= 8; tail += 8, bytes -= 8) {
    hash = std::rotl(hash ^ advance_lane(0, load<std::uint64_t>(tail)), 27) * kPrime1 + kPrime4;
  }
  if (bytes >= 4) {
    hash = std::rotl(hash ^ (load<std::uint32_t>(tail) * kPrime1), 23) * kPrime2 + kPrime3;
    tail += 4;
    bytes -= 4;
  }
  for (; bytes > 0; ++tail, --bytes) hash = std::rotl(hash ^ (load<std::uint8_t>(tail) * kPrime5), 11) * kPrime1;
  return hash;
}

std::uint64_t avalanche(std::uint64_t hash) {
  hash = (hash ^ (hash >> 33)) * kPrime2;
  hash = (hash ^ (hash >> 29)) * kPrime3;
  return hash ^ (hash >> 32);
}

}  // namespace

void Checksum::consume_stripe(const char* stripe) {
  for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
    lanes_[lane] = advance_lane(lanes_[lane], load<std::uint64_t>(stripe + lane * sizeof(std::uint64_t)));
  }
}

void Checksum::update(std::string_view bytes) {
  total_bytes_ += bytes.size();
  if (pending_bytes_ > 0) {
    const std::size_t taken = std::min(kStripeBytes - pending_bytes_, bytes.size());
    std::copy_n(bytes.data(), taken, pending_.data() + pending_bytes_);
    pending_bytes_ += taken;
    bytes.remove_prefix(taken);
    if (pending_bytes_ < kStripeBytes) return;
    consume_stripe(pending_.data());
  }
  for (; bytes.size() >= kStripeBytes; bytes.remove_prefix(kStripeBytes)) consume_stripe(bytes.data());
  std::copy_n(bytes.data(), bytes.size(), pending_.data());
  pending_bytes_ = bytes.size();
}

std::uint64_t Checksum::value() const {
  std::uint64_t hash = kPrime5;
  if (total_bytes_ >= kStripeBytes) {
    hash = std::rotl(lanes_[0], 1) + std::rotl(lanes_[1], 7) + std::rotl(lanes_[2], 12) + std::rotl(lanes_[3], 18);
    for (const std::uint64_t lane : lanes_) hash = merge_lane(hash, lane);
  }
  return avalanche(add_tail(hash + total_bytes_, pending_.data(), pending_bytes_));
}

std::string Checksum::hex() const {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(16, '0');
  std::uint64_t rest = value();
  for (std::size_t i = text.size(); i-- > 0; rest >>= 4) text[i] = kDigits[rest & 15];
  return text;
}

std::string checksum_hex(std::string_view bytes) {
  Checksum checksum;
  checksum.update(bytes);
  return checksum.hex();
}

}  // namespace myxtts::formats
