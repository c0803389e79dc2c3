#include "training/learning_rate.hpp"

#include <gtest/gtest.h>

namespace myxtts::training {
namespace {

constexpr RatePlan kPlan{.peak = 2e-3, .warmup_steps = 10, .planned_steps = 110, .final_share = 0.1};

TEST(LearningRate, RisesInAStraightLineToThePeak) {
  EXPECT_DOUBLE_EQ(learning_rate(kPlan, 1), 2e-4);
  EXPECT_DOUBLE_EQ(learning_rate(kPlan, 5), 1e-3);
  EXPECT_DOUBLE_EQ(learning_rate(kPlan, 10), 2e-3);
}

TEST(LearningRate, FallsByHalfACosineToTheFinalShare) {
  EXPECT_NEAR(learning_rate(kPlan, 35), 2e-3 * (0.1 + 0.9 * 0.8535533905932737), 1e-15);  // (1 + cos 45 deg) / 2
  EXPECT_NEAR(learning_rate(kPlan, 60), 2e-3 * 0.55, 1e-15);
  EXPECT_NEAR(learning_rate(kPlan, 110), 2e-4, 1e-15);
}

TEST(LearningRate, StaysAtTheFinalShareBehindThePlan) { EXPECT_NEAR(learning_rate(kPlan, 500), 2e-4, 1e-15); }

TEST(LearningRate, NeedsNoWarmUp) {
  const RatePlan plan{.peak = 1.0, .warmup_steps = 0, .planned_steps = 4, .final_share = 0};
  EXPECT_NEAR(learning_rate(plan, 1), 0.8535533905932737, 1e-15);
  EXPECT_NEAR(learning_rate(plan, 2), 0.5, 1e-15);
  EXPECT_NEAR(learning_rate(plan, 4), 0.0, 1e-15);
}

TEST(LearningRate, APlanMayEndInItsWarmUp) {
  const RatePlan plan{.peak = 1.0, .warmup_steps = 10, .planned_steps = 5, .final_share = 0};
  EXPECT_DOUBLE_EQ(learning_rate(plan, 5), 0.5);
}

}  // namespace
}  // namespace myxtts::training
