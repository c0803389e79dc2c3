#include "core/lines.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace myxtts::core {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(SplitLines, LeavesOutTheirEnds) {
  EXPECT_THAT(split_lines("one\ntwo\r\n\nfour\n"), ElementsAre("one", "two", "", "four"));
}

TEST(SplitLines, TheLastLineNeedsNoEnd) { EXPECT_THAT(split_lines("one\ntwo"), ElementsAre("one", "two")); }

TEST(SplitLines, AnEmptyTextHasNone) { EXPECT_THAT(split_lines(""), IsEmpty()); }

}  // namespace
}  // namespace myxtts::core
