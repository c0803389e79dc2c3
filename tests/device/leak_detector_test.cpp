#include "device/leak_detector.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>

namespace myxtts::device {
namespace {

constexpr double kMegabyte = 1 << 20;
constexpr std::uint32_t kRuns = 20;

// Live bytes after a step: a base, and batches that come and go.
struct NoisyLevel {
  explicit NoisyLevel(std::uint32_t seed) : random(seed) {}
  double operator()() { return 300 * kMegabyte + 5 * kMegabyte * std::floor(std::abs(in_hand(random))); }
  std::mt19937 random;
  std::normal_distribution<double> in_hand{0, 1.5};
};

// Steps until the first report, or 0.
std::int64_t first_report(std::int64_t steps, const std::function<double(std::int64_t)>& live) {
  LeakDetector detector;
  for (std::int64_t step = 1; step <= steps; ++step) {
    if (detector.add(static_cast<std::int64_t>(live(step)))) return step;
  }
  return 0;
}

TEST(LeakDetector, FindsAMegabyteAStepWithin200Steps) {
  for (std::uint32_t run = 0; run < kRuns; ++run) {
    NoisyLevel level(run);
    const std::int64_t found =
        first_report(200, [&](std::int64_t step) { return level() + kMegabyte * static_cast<double>(step); });
    EXPECT_GT(found, 0) << run;
  }
}

TEST(LeakDetector, FindsALeakThatBeginsLateWithin200Steps) {
  for (std::uint32_t run = 0; run < kRuns; ++run) {
    NoisyLevel level(run);
    const std::int64_t begin = 1000 + 37 * run;
    const std::int64_t found = first_report(begin + 200, [&](std::int64_t step) {
      return level() + kMegabyte * static_cast<double>(std::max<std::int64_t>(0, step - begin));
    });
    EXPECT_GT(found, begin) << run;
  }
}

TEST(LeakDetector, FindsASlowLeakInTheEnd) {
  NoisyLevel level(1);
  const std::int64_t found =
      first_report(10000, [&](std::int64_t step) { return level() + 2048 * static_cast<double>(step); });
  EXPECT_GT(found, 1000);
}

TEST(LeakDetector, ReportsTheSlopeWithItsInterval) {
  NoisyLevel level(3);
  LeakDetector detector;
  for (double step = 1; step <= 200; ++step) {
    if (const auto leak = detector.add(static_cast<std::int64_t>(level() + kMegabyte * step))) {
      EXPECT_NEAR(leak->trend.slope, kMegabyte, 0.2 * kMegabyte);
      EXPECT_LE(leak->trend.low, leak->trend.slope);
      EXPECT_GE(leak->trend.high, leak->trend.slope);
      EXPECT_EQ(leak->steps, 128);
      EXPECT_GT(leak->grown_bytes, 100 * (1 << 20));
      return;
    }
  }
  ADD_FAILURE() << "not found";
}

TEST(LeakDetector, ReportsAgainOnlyWhileMemoryGoesOnGrowing) {
  for (const bool goes_on : {false, true}) {
    LeakDetector detector;
    int reports = 0;
    double live = 0;
    for (int step = 0; step < 1000; ++step) {
      if (reports == 0 || goes_on) live += kMegabyte;
      if (detector.add(static_cast<std::int64_t>(live))) ++reports;
    }
    EXPECT_EQ(reports > 1, goes_on);
  }
}

TEST(LeakDetector, LevelShiftsRaiseNothing) {
  for (std::uint32_t run = 0; run < kRuns; ++run) {
    NoisyLevel level(run);
    // A transfer buffer grows, a validation pass holds its batches for a while, and another buffer grows.
    const std::int64_t found = first_report(5000, [&](std::int64_t step) {
      const bool validates = step % 250 < 3 && step > 240;
      return level() + (step > 700 ? 64 * kMegabyte : 0) + (validates ? 500 * kMegabyte : 0) +
             (step > 760 ? 96 * kMegabyte : 0);
    });
    EXPECT_EQ(found, 0) << run;
  }
}

TEST(LeakDetector, SawTeethRaiseNothing) {
  for (const std::int64_t period : {2, 5, 8, 13, 40, 84}) {
    NoisyLevel level(static_cast<std::uint32_t>(period));
    const std::int64_t found = first_report(
        3000, [&](std::int64_t step) { return level() + 3 * kMegabyte * static_cast<double>(step % period); });
    EXPECT_EQ(found, 0) << period;
  }
}

TEST(LeakDetector, WarmUpRaisesNothing) {
  NoisyLevel level(5);
  const std::int64_t found = first_report(
      2000, [&](std::int64_t step) { return level() + 20 * kMegabyte * std::min(30.0, static_cast<double>(step)); });
  EXPECT_EQ(found, 0);
}

TEST(RobustTrend, IsTheLineWhereAFifthOfTheValuesIsWild) {
  std::vector<double> values;
  for (int i = 0; i < 40; ++i) values.push_back(i % 5 == 0 ? 1e9 * (i % 3) : 7.0 * i);
  const Trend trend = robust_trend(values, 2);
  EXPECT_NEAR(trend.slope, 3.5, 0.5);
  EXPECT_LE(trend.low, trend.slope);
  EXPECT_GE(trend.high, trend.slope);
}

TEST(RobustTrend, NeedsThreeValues) {
  EXPECT_THROW((void)robust_trend(std::vector<double>{1, 2}, 1), std::invalid_argument);
}

}  // namespace
}  // namespace myxtts::device
