#include "core/error.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace myxtts::core {
namespace {

TEST(FormatError, HoldsEveryPartInOrder) {
  EXPECT_EQ(format_error({"unknown key", "a.toml:3", "layer", "a key", "Did you mean 'layers'?"}),
            "unknown key: a.toml:3: 'layer'; expected a key. Did you mean 'layers'?");
}

TEST(FormatError, LeavesOutWhatIsEmpty) {
  EXPECT_EQ(format_error({"what", "", "", "", ""}), "what");
  EXPECT_EQ(format_error({"what", "", "5", "", ""}), "what: '5'");
  EXPECT_EQ(format_error({"what", "", "", "more", ""}), "what; expected more");
  EXPECT_EQ(format_error({"what", "here", "", "", "Do this."}), "what: here. Do this.");
}

TEST(Errors, HaveTheExitCodesOfTheContract) {
  EXPECT_EQ(Error("x").exit_code(), 1);
  EXPECT_EQ(UsageError("x").exit_code(), 2);
  EXPECT_EQ(ConfigError("x").exit_code(), 1);
  EXPECT_EQ(DataError("x").exit_code(), 1);
  EXPECT_EQ(DeviceError("x").exit_code(), 1);
  EXPECT_EQ(CheckpointError("x").exit_code(), 1);
  EXPECT_EQ(OutOfMemoryError("x").exit_code(), 3);
  EXPECT_EQ(DivergenceError("x").exit_code(), 4);
}

TEST(Errors, ContextIsAddedToTheMessageOfACaughtOneWhateverItsKind) {
  const OutOfMemoryError thrown("no memory");
  try {
    try {
      throw OutOfMemoryError(thrown);
    } catch (Error& error) {
      error.add_context("in the stage 'decode'");
      throw;
    }
  } catch (const OutOfMemoryError& error) {
    EXPECT_STREQ(error.what(), "no memory (in the stage 'decode')");
  }
  EXPECT_STREQ(thrown.what(), "no memory") << "a copy's context is its own";
}

TEST(EditDistance, CountsInsertionsDeletionsAndSubstitutions) {
  EXPECT_EQ(edit_distance("", ""), 0U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("sitting", "kitten"), 3U);
}

TEST(NearestName, IsTheOneWithTheFewestEdits) {
  const std::vector<std::string> names = {"train", "synthesize", "evaluate"};
  EXPECT_EQ(nearest_name("trian", names), "train");
  EXPECT_EQ(nearest_name("sinthesise", names), "synthesize");
  EXPECT_EQ(nearest_name("train", names), "train");
}

TEST(NearestName, IsEmptyWhereNothingIsNear) {
  const std::vector<std::string> names = {"train", "synthesize"};
  EXPECT_EQ(nearest_name("preflight", names), "");
  EXPECT_EQ(nearest_name("train", std::vector<std::string>{}), "");
}

}  // namespace
}  // namespace myxtts::core
