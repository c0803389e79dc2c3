#pragma once
// Counter-based random numbers: every draw is a function of its coordinates alone, so the result does not depend on
// which thread draws, on the number of threads, or on their order.
// Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (2011), Philox4x32-10.

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace myxtts::core {

// The use of a stream of draws. A new purpose gets a new number; numbers are never reused, because they decide bits.
enum class Purpose : std::uint32_t {
  kEpochOrder = 1,
  kBatchOrder = 2,
  kCrop = 3,
  kPromptClip = 4,
  kPromptCrop = 5,
  kDropout = 6,
  kWeights = 7,
  kCodebook = 8,
  kSampling = 9,
  kSentences = 10,
  kStatistics = 11,
  kSplit = 12,
  kVisits = 13,
  kAugmentation = 14,
};

// The coordinates of a stream of draws: docs/architecture.md, "Randomness and order".
struct RandomCoordinates {
  std::uint64_t seed = 0;
  std::uint32_t stage = 0;
  std::uint64_t epoch = 0;  // or the step, if something is drawn once a step
  std::uint64_t item = 0;   // the clip, or another index that the purpose needs
  Purpose purpose = Purpose::kEpochOrder;
};

// The generator that all draws use: Philox4x32 with ten rounds, as published.
[[nodiscard]] std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                                      std::array<std::uint32_t, 2> key);

class CounterRandom {
 public:
  explicit CounterRandom(const RandomCoordinates& coordinates);

  [[nodiscard]] std::uint32_t next_u32();
  [[nodiscard]] std::uint64_t next_u64();
  // Uniform in [0, 1), with 53 random bits.
  [[nodiscard]] double uniform();
  // Uniform in [0, bound); bound > 0. Without modulo bias.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound);

  template <typename T>
  void shuffle(std::span<T> items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }

 private:
  void refill();

  std::array<std::uint32_t, 2> key_{};
  std::array<std::uint32_t, 4> counter_{};
  std::array<std::uint32_t, 4> block_{};
  unsigned used_ = 4;
};

// A 64-bit hash of bytes (FNV-1a, finalised with SplitMix64). It must never change, because splits depend on it.
[[nodiscard]] std::uint64_t stable_hash(std::string_view bytes, std::uint64_t seed = 0);

}  // namespace myxtts::core
