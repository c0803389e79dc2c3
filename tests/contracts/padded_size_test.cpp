#include "contracts/padded_size.hpp"

#include <gtest/gtest.h>

#include <set>

namespace myxtts::contracts {
namespace {

TEST(PaddedSize, SmallSizesStayAsTheyAre) {
  for (std::int64_t size = 0; size <= 64; ++size) EXPECT_EQ(padded_size(size), size);
}

TEST(PaddedSize, PadsByLessThanAThirtySecondAndByHalfOfThatOnAverage) {
  double padding = 0;
  double sizes = 0;
  for (std::int64_t size = 1; size < 20'000; ++size) {
    ASSERT_GE(padded_size(size), size);
    ASSERT_LT(padded_size(size) - size, (size + 31) / 32);
    padding += static_cast<double>(padded_size(size) - size);
    sizes += static_cast<double>(size);
  }
  EXPECT_LT(padding / sizes, 0.015);
}

TEST(PaddedSize, ThereAre32SizesBetweenPowersOfTwo) {
  std::set<std::int64_t> found;
  for (std::int64_t size = 1025; size <= 2048; ++size) found.insert(padded_size(size));
  EXPECT_EQ(found.size(), 32U);
  for (const std::int64_t size : found) EXPECT_EQ(padded_size(size), size);
}

}  // namespace
}  // namespace myxtts::contracts
