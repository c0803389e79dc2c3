#include "core/activity.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace myxtts::core {
namespace {

Span span_of(std::string part, double begin, double end) { return {std::move(part), 0, begin, end}; }

void expect_intervals(const Intervals& got, const std::vector<std::pair<double, double>>& expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    EXPECT_DOUBLE_EQ(got[i].begin_seconds, expected[i].first) << i;
    EXPECT_DOUBLE_EQ(got[i].end_seconds, expected[i].second) << i;
  }
}

TEST(BusyIntervals, AreMergedClippedAndOfOneWorker) {
  const std::vector<Span> spans = {span_of("backward", 2, 3), span_of("forward", 1, 2),   span_of("forward", 4, 6),
                                   span_of("prepare", 0, 9),  span_of("forward", 4.5, 5), span_of("optimiser", 8, 12),
                                   span_of("wait", 6, 8),     span_of("forward", -2, -1)};
  expect_intervals(busy_intervals(spans, Worker::kModel, {0, 10}), {{1, 3}, {4, 6}, {8, 10}});
  expect_intervals(busy_intervals(spans, Worker::kData, {1, 8}), {{1, 8}});
  expect_intervals(busy_intervals(spans, Worker::kCopy, {0, 10}), {});
}

TEST(BusyIntervals, PartsOfThePreparationAreNotCountedTwice) {
  const std::vector<Span> spans = {span_of("prepare", 0, 4), span_of("mel", 1, 2), span_of("codes", 5, 6)};
  expect_intervals(busy_intervals(spans, Worker::kData, {0, 10}), {{0, 4}});
}

TEST(IntervalSets, UnionAndIntersection) {
  const Intervals a = {{0, 2}, {4, 6}, {8, 9}};
  const Intervals b = {{1, 5}, {5.5, 5.75}, {9, 10}};
  expect_intervals(union_of(a, b), {{0, 6}, {8, 10}});
  expect_intervals(intersection_of(a, b), {{1, 2}, {4, 5}, {5.5, 5.75}});
  expect_intervals(intersection_of(b, a), {{1, 2}, {4, 5}, {5.5, 5.75}});
  EXPECT_DOUBLE_EQ(total_seconds(intersection_of(a, b)), 2.25);
  expect_intervals(intersection_of(a, {}), {});
}

TEST(WindowShares, AreTheBusyPartOfEachWindow) {
  const ShareCounts shares = window_shares({{0.05, 0.1}, {0.1, 0.2}, {0.35, 0.45}}, {0, 0.5}, 0.1);  // 50 100 0 50 50 %
  EXPECT_EQ(shares.count(), 5);
  EXPECT_NEAR(shares.mean(), 0.5, 1e-9);
  EXPECT_NEAR(shares.percentile(5), 0, 1e-9);
  EXPECT_NEAR(shares.percentile(50), 0.5, 1e-9);
  EXPECT_NEAR(shares.percentile(95), 1, 1e-9);
}

TEST(WindowShares, AShortRangeIsOneWindow) {
  const ShareCounts shares = window_shares({{1.0, 1.03}}, {1, 1.04}, 0.1);
  EXPECT_EQ(shares.count(), 1);
  EXPECT_NEAR(shares.percentile(50), 0.75, 1e-9);
  EXPECT_EQ(window_shares({}, {1, 1}, 0.1).count(), 0);
}

TEST(ShareCounts, CountsOfTwoAddUp) {
  ShareCounts one;
  ShareCounts other;
  for (int i = 0; i < 90; ++i) one.add(0.8);
  for (int i = 0; i < 10; ++i) other.add(0.1);
  one.add(other);
  EXPECT_NEAR(one.percentile(5), 0.1, 1e-9);
  EXPECT_NEAR(one.percentile(50), 0.8, 1e-9);
  EXPECT_NEAR(one.mean(), 0.73, 1e-9);
  EXPECT_EQ(ShareCounts().percentile(50), 0);
}

TEST(RunningStatistics, VariationIsTheStandardDeviationByTheMean) {
  RunningStatistics statistics;
  statistics.add(9);
  EXPECT_EQ(statistics.coefficient_of_variation(), 0);
  RunningStatistics other;
  other.add(11);
  statistics.add(other);
  EXPECT_DOUBLE_EQ(statistics.mean(), 10);
  EXPECT_NEAR(statistics.coefficient_of_variation(), std::sqrt(2.0) / 10, 1e-12);
}

// Two seconds: the model role works but for 0.4 s; the data role works 0.8 s, of which 0.2 s while the model waits.
TEST(ActivityOf, OverlapIsTheSupplysWorkThatTheModelRolesWorkHides) {
  const std::vector<Span> spans = {span_of("forward", 0, 1),       span_of("optimiser", 1, 1.2),
                                   span_of("forward", 1.6, 2.0),   span_of("prepare", 0.4, 1.0),
                                   span_of("prepare", 1.2, 1.4),   span_of("transfer", 1.0, 1.1),
                                   span_of("transfer", 2.0, 2.05), span_of("wait", 1.2, 1.6)};
  const Activity activity = activity_of(spans, {0, 2});
  EXPECT_DOUBLE_EQ(activity.wall, 2);
  EXPECT_NEAR(activity.model, 1.6, 1e-9);
  EXPECT_NEAR(activity.data, 0.8, 1e-9);
  EXPECT_NEAR(activity.copies, 0.1, 1e-9);
  EXPECT_NEAR(activity.supply, 0.9, 1e-9);
  EXPECT_NEAR(activity.overlap, 0.7, 1e-9);
  EXPECT_EQ(activity.copy_count, 1);
  EXPECT_EQ(activity.model_shares.count(), 20);
  EXPECT_NEAR(activity.model_shares.mean(), 0.8, 1e-9);
}

TEST(ActivityOf, EpochsAddUp) {
  const std::vector<Span> spans = {span_of("forward", 0, 1.5), span_of("prepare", 0.5, 1.75)};
  const Activity whole = activity_of(spans, {0, 2});
  Activity sum = activity_of(spans, {0, 1});
  sum.add(activity_of(spans, {1, 2}));
  EXPECT_NEAR(sum.wall, whole.wall, 1e-9);
  EXPECT_NEAR(sum.data, whole.data, 1e-9);
  EXPECT_NEAR(sum.model, whole.model, 1e-9);
  EXPECT_NEAR(sum.overlap, whole.overlap, 1e-9);
  EXPECT_EQ(sum.data_shares.count(), whole.data_shares.count());
}

TEST(GreatestSpeedup, IsBoundByTheLongerRole) {
  EXPECT_DOUBLE_EQ(greatest_speedup(1, 99), 100.0 / 99);
  EXPECT_DOUBLE_EQ(greatest_speedup(5, 5), 2);
  EXPECT_DOUBLE_EQ(greatest_speedup(6, 3), 1.5);
  EXPECT_DOUBLE_EQ(greatest_speedup(0, 0), 1);
}

}  // namespace
}  // namespace myxtts::core
