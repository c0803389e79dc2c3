#include "planning/row_groups.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace myxtts::planning {
namespace {

using ::testing::ElementsAre;

TEST(BalancedGroups, TheMostExpensiveRowsGoApart) {
  const std::vector<double> costs{81, 47, 54, 40, 72};
  EXPECT_THAT(balanced_groups(costs, 2), ElementsAre(ElementsAre(0, 1), ElementsAre(2, 3, 4)));
  EXPECT_THAT(balanced_groups(std::vector<double>{7, 9, 8, 30, 5}, 2),
              ElementsAre(ElementsAre(3), ElementsAre(0, 1, 2, 4)));
}

TEST(BalancedGroups, EqualRowsTakeTurns) {
  EXPECT_THAT(balanced_groups(std::vector<double>(5, 3.0), 2), ElementsAre(ElementsAre(0, 2, 4), ElementsAre(1, 3)));
}

TEST(BalancedGroups, OneGroupKeepsTheOrder) {
  const std::vector<double> costs{1, 3, 2};
  for (const std::int64_t groups : {1, 0, -1})
    EXPECT_THAT(balanced_groups(costs, groups), ElementsAre(ElementsAre(0, 1, 2)));
}

TEST(BalancedGroups, NoMoreGroupsThanRows) {
  EXPECT_THAT(balanced_groups(std::vector<double>{1, 3, 2}, 64),
              ElementsAre(ElementsAre(1), ElementsAre(2), ElementsAre(0)));
  EXPECT_TRUE(balanced_groups({}, 2).empty());
}

}  // namespace
}  // namespace myxtts::planning
