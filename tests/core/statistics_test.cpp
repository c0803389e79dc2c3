#include "core/statistics.hpp"

#include <gtest/gtest.h>

namespace myxtts::core {
namespace {

TEST(Median, IsTheMiddleOne) { EXPECT_EQ(median(std::vector{5, 1, 9}), 5); }

TEST(Median, OfAnEvenNumberIsTheUpperOfTheMiddleTwo) { EXPECT_EQ(median(std::vector{4, 1, 3, 2}), 3); }

TEST(Quantile, GoesFromTheSmallestToTheLargest) {
  const std::vector<double> values{4, 0, 3, 1, 2};
  EXPECT_EQ(quantile(values, 0), 0);
  EXPECT_EQ(quantile(values, 0.5), 2);
  EXPECT_EQ(quantile(values, 0.7), 2) << "rounded down";
  EXPECT_EQ(quantile(values, 1), 4);
}

}  // namespace
}  // namespace myxtts::core
