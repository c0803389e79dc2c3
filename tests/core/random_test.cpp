#include "core/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <vector>

namespace myxtts::core {
namespace {

using Block = std::array<std::uint32_t, 4>;

// Source: the known-answer vectors of Random123 (kat_vectors, "philox4x32 10"), which Salmon et al. publish.
TEST(Philox, EqualsThePublishedVectors) {
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}), (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox4x32({~0U, ~0U, ~0U, ~0U}, {~0U, ~0U}), (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Philox, OneBitOfTheCounterChangesAboutHalfTheBits) {
  const Block a = philox4x32({0, 0, 0, 0}, {1, 2});
  const Block b = philox4x32({1, 0, 0, 0}, {1, 2});
  int changed = 0;
  for (std::size_t i = 0; i < a.size(); ++i) changed += __builtin_popcount(a[i] ^ b[i]);
  EXPECT_GT(changed, 40);
  EXPECT_LT(changed, 88);
}

std::uint64_t first_draw(const RandomCoordinates& coordinates) { return CounterRandom(coordinates).next_u64(); }

TEST(CounterRandom, EqualCoordinatesGiveEqualDraws) {
  CounterRandom a({1, 2, 3, 4, Purpose::kCrop});
  CounterRandom b({1, 2, 3, 4, Purpose::kCrop});
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(a.next_u32(), b.next_u32());
}

TEST(CounterRandom, EveryCoordinateDecides) {
  const std::set<std::uint64_t> draws = {
      first_draw({1, 2, 3, 4, Purpose::kCrop}),          first_draw({9, 2, 3, 4, Purpose::kCrop}),
      first_draw({1, 9, 3, 4, Purpose::kCrop}),          first_draw({1, 2, 9, 4, Purpose::kCrop}),
      first_draw({1, 2, 3, 9, Purpose::kCrop}),          first_draw({1, 2, 3, 4, Purpose::kPromptCrop}),
      first_draw({2, 1, 3, 4, Purpose::kCrop}),          first_draw({1, 3, 2, 4, Purpose::kCrop}),
      first_draw({1ULL << 40, 2, 3, 4, Purpose::kCrop}),
  };
  EXPECT_EQ(draws.size(), 9U);
}

// These draws decide the bits of every run that was ever made: a change of them is a change of all results.
TEST(CounterRandom, DrawsStayWhatTheyWere) {
  CounterRandom random({42, 1, 2, 3, Purpose::kDropout});
  EXPECT_EQ(random.next_u32(), 0xf7186aebU);
  EXPECT_EQ(random.next_u64(), 0x84f1d15596ec6d6ULL);
  EXPECT_DOUBLE_EQ(random.uniform(), 0.028696811693832536);
  EXPECT_EQ(random.below(1000), 313U);
}

TEST(CounterRandom, UniformFillsItsRangeEvenly) {
  CounterRandom random({7, 0, 0, 0, Purpose::kWeights});
  std::array<int, 10> counts{};
  constexpr int kDraws = 100'000;
  for (int i = 0; i < kDraws; ++i) {
    const double draw = random.uniform();
    ASSERT_GE(draw, 0.0);
    ASSERT_LT(draw, 1.0);
    ++counts[static_cast<std::size_t>(10 * draw)];
  }
  for (const int count : counts) EXPECT_NEAR(count, kDraws / 10, 500);  // five standard deviations are 474
}

// With a modulo, a bound of 3/4 of 2^64 would draw the lower half of its range twice as often as the rest.
TEST(CounterRandom, BelowHasNoModuloBias) {
  CounterRandom random({7, 0, 0, 0, Purpose::kCrop});
  constexpr std::uint64_t kBound = 3ULL << 62;
  int lower = 0;
  constexpr int kDraws = 20'000;
  for (int i = 0; i < kDraws; ++i) {
    const std::uint64_t draw = random.below(kBound);
    ASSERT_LT(draw, kBound);
    if (draw < kBound / 2) ++lower;
  }
  EXPECT_NEAR(lower, kDraws / 2, 400);  // the biased share would be 2/3
}

TEST(CounterRandom, BelowOneIsZeroAndSmallBoundsReachEveryValue) {
  CounterRandom random({7, 0, 0, 1, Purpose::kCrop});
  EXPECT_EQ(random.below(1), 0U);
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 200; ++i) seen.insert(random.below(6));
  EXPECT_EQ(seen, (std::set<std::uint64_t>{0, 1, 2, 3, 4, 5}));
}

TEST(CounterRandom, ShuffleIsAPermutation) {
  std::vector<int> items(1000);
  std::iota(items.begin(), items.end(), 0);
  const std::vector<int> before = items;
  CounterRandom({1, 0, 0, 0, Purpose::kEpochOrder}).shuffle(std::span<int>(items));
  EXPECT_NE(items, before);
  EXPECT_TRUE(std::ranges::is_permutation(items, before));
}

TEST(CounterRandom, ShuffleReachesEveryOrderAboutEquallyOften) {
  std::map<std::array<int, 3>, int> orders;
  for (std::uint64_t item = 0; item < 6000; ++item) {
    std::array<int, 3> items = {0, 1, 2};
    CounterRandom({1, 0, 0, item, Purpose::kEpochOrder}).shuffle(std::span<int>(items));
    ++orders[items];
  }
  EXPECT_EQ(orders.size(), 6U);
  for (const auto& [order, count] : orders) EXPECT_NEAR(count, 1000, 150);
}

// Splits of users' data depend on these: they must never change.
TEST(StableHash, StaysWhatItWas) {
  EXPECT_EQ(stable_hash(""), 0xc3817c016ba4ff30ULL);
  EXPECT_EQ(stable_hash("LJ001-0001"), 0x95342be7455a98daULL);
  EXPECT_EQ(stable_hash("LJ001-0001", 1), 0x9545b6a1eaff6eb0ULL);
  EXPECT_EQ(stable_hash("\xc3\xa9"), 0x6e2411eb685090baULL);
}

TEST(StableHash, SpreadsIdsThatDifferInOneDigit) {
  int low = 0;
  for (int i = 0; i < 1000; ++i) {
    if (stable_hash("LJ001-" + std::to_string(i)) < UINT64_MAX / 10) ++low;
  }
  EXPECT_NEAR(low, 100, 50);
}

}  // namespace
}  // namespace myxtts::core
