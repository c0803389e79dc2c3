#include "planning/batches.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>

#include "planning/lengths.hpp"

namespace myxtts::planning {
namespace {

using Plan = std::vector<PlannedBatch>;

config::BatchSettings settings(std::int64_t size, const std::string& by) {
  config::BatchSettings settings;
  settings.size = size;
  settings.by = by;
  return settings;
}

std::vector<std::uint32_t> clips_of(const Plan& plan) {
  std::vector<std::uint32_t> clips;
  for (const PlannedBatch& batch : plan) clips.insert(clips.end(), batch.clips.begin(), batch.clips.end());
  return clips;
}

std::vector<std::uint32_t> sorted_clips(const Plan& plan) {
  std::vector<std::uint32_t> clips = clips_of(plan);
  std::sort(clips.begin(), clips.end());
  return clips;
}

std::vector<std::uint32_t> first_numbers(std::size_t count) {
  std::vector<std::uint32_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), 0U);
  return numbers;
}

std::vector<double> costs_of(const Plan& plan, const std::vector<std::int64_t>& lengths) {
  std::vector<double> costs;
  for (const PlannedBatch& batch : plan) {
    double cost = 0;
    for (const std::uint32_t clip : batch.clips) cost += static_cast<double>(lengths[clip]);
    costs.push_back(cost);
  }
  return costs;
}

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// Standard deviation over mean.
double variation(const std::vector<double>& values) {
  double squares = 0;
  for (const double value : values) squares += (value - mean(values)) * (value - mean(values));
  return std::sqrt(squares / static_cast<double>(values.size())) / mean(values);
}

std::vector<double> sizes_of(const Plan& plan) {
  std::vector<double> sizes;
  for (const PlannedBatch& batch : plan) sizes.push_back(static_cast<double>(batch.clips.size()));
  return sizes;
}

TEST(Batches, AnEpochVisitsEveryClipExactlyOnce) {
  for (const char* by : {"cost", "count"}) {
    for (const std::size_t clips : {1U, 2U, 7U, 24U, 500U, 515U, 3001U}) {
      for (const std::int64_t size : {1, 3, 8, 32}) {
        const Plan plan = plan_epoch(speech_lengths(clips), settings(size, by), {.seed = 1, .stage = 1, .epoch = 0});
        ASSERT_EQ(sorted_clips(plan), first_numbers(clips)) << by << " " << clips << " " << size;
        for (const PlannedBatch& batch : plan) ASSERT_FALSE(batch.clips.empty());
      }
    }
  }
}

TEST(Batches, AWeightIsHowOftenAClipIsVisited) {
  const std::vector<std::int64_t> costs{5, 6, 7};
  const std::vector<double> weights{1, 3, 0.5};
  for (const char* by : {"cost", "count"}) {
    const std::vector<std::uint32_t> clips = sorted_clips(plan_epoch(costs, settings(2, by), {}, weights));
    EXPECT_EQ(std::ranges::count(clips, 0U), 1);
    EXPECT_EQ(std::ranges::count(clips, 1U), 3);
    EXPECT_LE(std::ranges::count(clips, 2U), 1);
    EXPECT_EQ(clips_of(plan_epoch(costs, settings(2, by), {}, std::vector<double>(3, 1.0))),
              clips_of(plan_epoch(costs, settings(2, by), {})));
  }
}

TEST(Batches, ByCountHoldsExactlySoManyClipsAndTheRestAtTheEnd) {
  const Plan plan = plan_epoch(speech_lengths(21), settings(8, "count"), {.seed = 1, .stage = 1, .epoch = 0});
  EXPECT_EQ(sizes_of(plan), (std::vector<double>{8, 8, 5}));
}

TEST(Batches, ByCostIsLevelWhereByCountIsNot) {
  const std::vector<std::int64_t> lengths = speech_lengths(3000);
  for (const std::int64_t size : {3, 8, 32}) {
    const EpochKey key{.seed = 1, .stage = 1, .epoch = 4};
    const Plan by_cost = plan_epoch(lengths, settings(size, "cost"), key);
    const std::vector<double> costs = costs_of(by_cost, lengths);
    const double by_count = variation(costs_of(plan_epoch(lengths, settings(size, "count"), key), lengths));
    EXPECT_LT(variation(costs), size == 3 ? 0.06 : 0.02) << size;
    EXPECT_LT(variation(costs), by_count / 3) << size;
    EXPECT_LT(variation(sizes_of(by_cost)), 0.15) << size;
    const double budget = static_cast<double>(size) *
                          static_cast<double>(std::accumulate(lengths.begin(), lengths.end(), std::int64_t{0})) / 3000;
    EXPECT_NEAR(mean(costs), budget, 0.02 * budget);
    RecordProperty("variation_" + std::to_string(size), std::to_string(variation(costs)));
  }
}

TEST(Batches, AClipOverTheBudgetGetsABatchOfItsOwn) {
  std::vector<std::int64_t> lengths(40, 10);
  lengths[17] = 500;
  for (const PlannedBatch& batch : plan_epoch(lengths, settings(4, "cost"), {.seed = 1, .stage = 1, .epoch = 0})) {
    const bool holds_it = std::ranges::count(batch.clips, 17U) > 0;
    EXPECT_TRUE(!holds_it || batch.clips.size() == 1);
  }
}

TEST(Batches, ThePlanIsAFunctionOfItsKeyAlone) {
  const std::vector<std::int64_t> lengths = speech_lengths(300);
  for (const char* by : {"cost", "count"}) {
    const auto plan = [&](const EpochKey& key) { return clips_of(plan_epoch(lengths, settings(8, by), key)); };
    const auto reference = plan({.seed = 1, .stage = 1, .epoch = 0});
    EXPECT_EQ(plan({.seed = 1, .stage = 1, .epoch = 0}), reference);
    EXPECT_NE(plan({.seed = 2, .stage = 1, .epoch = 0}), reference);
    EXPECT_NE(plan({.seed = 1, .stage = 2, .epoch = 0}), reference);
    EXPECT_NE(plan({.seed = 1, .stage = 1, .epoch = 1}), reference);
  }
}

TEST(Batches, CompanyChangesFromEpochToEpoch) {
  const std::vector<std::int64_t> lengths = speech_lengths(2000);
  const auto company_of_first = [&](std::int64_t epoch) {
    for (PlannedBatch& batch : plan_epoch(lengths, settings(8, "cost"), {.seed = 1, .stage = 1, .epoch = epoch})) {
      if (std::ranges::count(batch.clips, 0U) > 0) return batch.clips;
    }
    return std::vector<std::uint32_t>{};
  };
  const auto first = company_of_first(0);
  const auto second = company_of_first(1);
  const auto shared = std::ranges::count_if(first, [&](auto clip) { return std::ranges::count(second, clip) > 0; });
  EXPECT_LE(shared, 3);
}

TEST(Batches, WithoutClipsThereIsNoEpoch) {
  EXPECT_THROW((void)plan_epoch({}, settings(8, "cost"), {}), std::invalid_argument);
  EXPECT_TRUE(plan_in_order({}, settings(8, "cost")).empty());
}

TEST(Batches, InOrderKeepsTheOrderWithinTheBudget) {
  const std::vector<std::int64_t> lengths = speech_lengths(200);
  for (const char* by : {"cost", "count"}) {
    const Plan plan = plan_in_order(lengths, settings(8, by));
    EXPECT_EQ(clips_of(plan), first_numbers(200));
    EXPECT_GE(plan.size(), 25U);
  }
  const double budget = 8 * static_cast<double>(std::accumulate(lengths.begin(), lengths.end(), std::int64_t{0})) / 200;
  for (const double cost : costs_of(plan_in_order(lengths, settings(8, "cost")), lengths)) EXPECT_LE(cost, budget);
}

}  // namespace
}  // namespace myxtts::planning
