#include "planning/split.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace myxtts::planning {
namespace {

std::vector<std::string> ids(std::size_t count) {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < count; ++i) ids.push_back("LJ001-" + std::to_string(i));
  return ids;
}

std::set<std::string> held_out(const std::vector<std::string>& ids, double share) {
  std::set<std::string> names;
  for (const std::uint32_t index : split_by_hash(ids, share).validation) names.insert(ids[index]);
  return names;
}

TEST(Split, EveryClipIsOnOneSide) {
  const Split split = split_by_hash(ids(1000), 0.1);
  std::set<std::uint32_t> all(split.train.begin(), split.train.end());
  all.insert(split.validation.begin(), split.validation.end());
  EXPECT_EQ(all.size(), 1000U);
  EXPECT_EQ(split.train.size() + split.validation.size(), 1000U);
  EXPECT_TRUE(std::is_sorted(split.train.begin(), split.train.end()));
}

TEST(Split, AboutTheShareIsHeldOut) {
  EXPECT_NEAR(static_cast<double>(split_by_hash(ids(10000), 0.02).validation.size()), 200, 45);
  EXPECT_NEAR(static_cast<double>(split_by_hash(ids(10000), 0.5).validation.size()), 5000, 160);
}

TEST(Split, AClipStaysOnItsSideWhenOthersCome) {
  const std::set<std::string> before = held_out(ids(2000), 0.05);
  const std::set<std::string> after = held_out(ids(3000), 0.05);
  EXPECT_TRUE(std::includes(after.begin(), after.end(), before.begin(), before.end()));
  EXPECT_GT(after.size(), before.size());
}

TEST(Split, TheOrderOfTheClipsDoesNotMatter) {
  std::vector<std::string> clips = ids(500);
  const std::set<std::string> before = held_out(clips, 0.05);
  std::reverse(clips.begin(), clips.end());
  EXPECT_EQ(held_out(clips, 0.05), before);
}

TEST(Split, SmallSetsAreNotSplit) {
  EXPECT_THAT(split_by_hash(ids(49), 0.5).validation, ::testing::IsEmpty());
  EXPECT_EQ(split_by_hash(ids(49), 0.5).train.size(), 49U);
  EXPECT_THAT(split_by_hash(ids(50), 0.5).validation, ::testing::Not(::testing::IsEmpty()));
}

TEST(Split, SmallSetsAreSplitOnRequestAndNeverWhole) {
  for (std::size_t count = 2; count < 12; ++count) {
    const Split split = split_by_hash(ids(count), 0.5, 2);
    EXPECT_GE(split.train.size(), 1U) << count;
    EXPECT_GE(split.validation.size(), 1U) << count;
  }
  EXPECT_EQ(split_by_hash(ids(1), 0.5, 1).train.size(), 1U);
}

TEST(Split, AtLeastOneClipIsHeldOutUnlessTheShareIsZero) {
  EXPECT_EQ(split_by_hash(ids(60), 1e-9).validation.size(), 1U);
  EXPECT_THAT(split_by_hash(ids(60), 0).validation, ::testing::IsEmpty());
}

// The split decides what a model was trained on, so it may never change: indices from an earlier run of this code.
TEST(Split, StaysTheSameForEver) {
  EXPECT_EQ(split_by_hash(ids(200), 0.05).validation, (std::vector<std::uint32_t>{76, 125, 138, 144, 174, 186, 192}));
}

}  // namespace
}  // namespace myxtts::planning
