#include "quality/clip_losses.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace myxtts::quality {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ClipLosses, TheHighestLossComesFirstWhateverTheTextGains) {
  const std::vector<ClipLoss> losses = {{2.0, 0.5}, {9.0, 0.7}, {1.0, -0.2}, {3.0, 0.1}};
  EXPECT_THAT(suspects_first(losses), ElementsAre(1, 3, 0, 2));
}

TEST(ClipLosses, EqualLossesKeepTheOrderOfTheSet) {
  const std::vector<ClipLoss> losses = {{0.5, 1.0}, {2.0, 2.0}, {0.5, 3.0}, {2.0, 4.0}};
  EXPECT_THAT(suspects_first(losses), ElementsAre(1, 3, 0, 2));
  EXPECT_THAT(suspects_first({}), IsEmpty());
}

}  // namespace
}  // namespace myxtts::quality
