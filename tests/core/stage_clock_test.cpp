#include "core/stage_clock.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace myxtts::core {
namespace {

TEST(StageClock, AddsUpSecondsAndCountsPerPart) {
  StageClock clock;
  clock.add("forward", 1.5);
  clock.add("forward", 0.5);
  clock.add("backward", 3);
  const auto totals = clock.totals();
  ASSERT_EQ(totals.size(), 2U);
  EXPECT_DOUBLE_EQ(totals.at("forward").seconds, 2.0);
  EXPECT_EQ(totals.at("forward").count, 2);
  EXPECT_DOUBLE_EQ(totals.at("backward").seconds, 3.0);
  EXPECT_EQ(totals.at("backward").count, 1);
}

TEST(StageClock, LosesNothingBetweenThreads) {
  StageClock clock;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&clock] {
        for (int j = 0; j < 1000; ++j) clock.add("decode", 1);
      });
    }
  }
  EXPECT_EQ(clock.totals().at("decode").count, 4000);
  EXPECT_DOUBLE_EQ(clock.totals().at("decode").seconds, 4000.0);
}

TEST(ScopedTime, AddsTheTimeOfItsScope) {
  StageClock clock;
  const Stopwatch watch;
  {
    const ScopedTime time(clock, "sleep");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  const double outside = watch.seconds();
  const StageTime total = clock.totals().at("sleep");
  EXPECT_EQ(total.count, 1);
  EXPECT_GE(total.seconds, 0.02);
  EXPECT_LE(total.seconds, outside);
}

}  // namespace
}  // namespace myxtts::core
