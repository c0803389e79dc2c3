#include "planning/visits.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <stdexcept>

namespace myxtts::planning {
namespace {

using ::testing::ElementsAre;

EpochKey epoch(std::int64_t number, std::uint64_t seed = 1) { return {.seed = seed, .stage = 2, .epoch = number}; }

TEST(Visits, AWeightOfOneIsEachClipOnce) {
  EXPECT_THAT(visits_in_epoch(std::vector<double>(5, 1.0), epoch(3)), ElementsAre(0, 1, 2, 3, 4));
}

TEST(Visits, TheWholePartIsAlwaysVisited) {
  EXPECT_THAT(visits_in_epoch(std::vector<double>{2, 1, 3}, epoch(0)), ElementsAre(0, 0, 1, 2, 2, 2));
}

TEST(Visits, OverManyEpochsTheMeanIsTheWeight) {
  const std::vector<double> weights{0.25, 1.5, 2, 0.9};
  std::map<std::uint32_t, double> counts;
  constexpr int kEpochs = 4000;
  for (int number = 0; number < kEpochs; ++number) {
    for (const std::uint32_t clip : visits_in_epoch(weights, epoch(number))) ++counts[clip];
  }
  for (std::uint32_t clip = 0; clip < weights.size(); ++clip) {
    EXPECT_NEAR(counts[clip] / kEpochs, weights[clip], 0.03) << clip;  // four deviations
  }
}

TEST(Visits, ADrawDependsOnSeedEpochAndClipAlone) {
  const std::vector<double> halves(64, 0.5);
  const std::vector<std::uint32_t> first = visits_in_epoch(halves, epoch(1));
  EXPECT_EQ(visits_in_epoch(halves, epoch(1)), first);
  EXPECT_NE(visits_in_epoch(halves, epoch(2)), first);
  EXPECT_NE(visits_in_epoch(halves, epoch(1, 2)), first);
  std::vector<double> more = halves;
  more.push_back(0.0001);
  std::vector<std::uint32_t> same = visits_in_epoch(more, epoch(1));
  EXPECT_EQ(same, first);
}

TEST(Visits, NoEpochIsEmpty) {
  for (int number = 0; number < 100; ++number) {
    EXPECT_FALSE(visits_in_epoch(std::vector<double>(2, 0.001), epoch(number)).empty());
  }
  EXPECT_THROW((void)visits_in_epoch({}, epoch(0)), std::invalid_argument);
}

}  // namespace
}  // namespace myxtts::planning
