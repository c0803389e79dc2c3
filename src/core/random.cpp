#include "core/random.hpp"

namespace myxtts::core {
namespace {

constexpr std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

constexpr std::uint32_t low(std::uint64_t x) { return static_cast<std::uint32_t>(x); }
constexpr std::uint32_t high(std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); }

}  // namespace

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t a = 0xD2511F53ULL * counter[0];
    const std::uint64_t b = 0xCD9E8D57ULL * counter[2];
    counter = {high(b) ^ counter[1] ^ key[0], low(b), high(a) ^ counter[3] ^ key[1], low(a)};
    key[0] += 0x9E3779B9U;
    key[1] += 0xBB67AE85U;
  }
  return counter;
}

CounterRandom::CounterRandom(const RandomCoordinates& c) {
  // The coordinates outgrow Philox's 64-bit key, so key and the counter's upper half hold two mixes of all of them.
  std::uint64_t state = mix(c.seed);
  for (const std::uint64_t part : {std::uint64_t{c.stage}, c.epoch, c.item, static_cast<std::uint64_t>(c.purpose)}) {
    state = mix(state ^ part);
  }
  const std::uint64_t stream = mix(state ^ 0x5851f42d4c957f2dULL);
  key_ = {low(state), high(state)};
  counter_ = {0, 0, low(stream), high(stream)};
}

void CounterRandom::refill() {
  block_ = philox4x32(counter_, key_);
  if (++counter_[0] == 0) ++counter_[1];
  used_ = 0;
}

std::uint32_t CounterRandom::next_u32() {
  if (used_ == block_.size()) refill();
  return block_[used_++];
}

std::uint64_t CounterRandom::next_u64() {
  const std::uint64_t upper = next_u32();
  return (upper << 32) | next_u32();
}

double CounterRandom::uniform() { return static_cast<double>(next_u64() >> 11) * 0x1.0p-53; }

std::uint64_t CounterRandom::below(std::uint64_t bound) {
  const std::uint64_t limit = bound * (UINT64_MAX / bound);
  std::uint64_t draw = next_u64();
  while (draw >= limit) draw = next_u64();
  return draw % bound;
}

std::uint64_t stable_hash(std::string_view bytes, std::uint64_t seed) {
  std::uint64_t hash = 0xcbf29ce484222325ULL ^ seed;
  for (const char c : bytes) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3ULL;
  }
  return mix(hash);
}

}  // namespace myxtts::core
