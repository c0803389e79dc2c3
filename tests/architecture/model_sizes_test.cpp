#include "architecture/model_sizes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.hpp"

namespace myxtts::architecture {
namespace {

using ::testing::HasSubstr;

TEST(ModelSizes, GrowFromTheFirstToTheLast) {
  for (std::size_t i = 1; i < model_sizes().size(); ++i) {
    EXPECT_GT(model_sizes()[i].layers, model_sizes()[i - 1].layers) << model_sizes()[i].name;
    EXPECT_GE(model_sizes()[i].width, model_sizes()[i - 1].width) << model_sizes()[i].name;
  }
}

TEST(ModelSizes, WidthsAreMultiplesOfTheirHeads) {
  for (const ModelSize& size : model_sizes()) EXPECT_EQ(size.width % size.heads, 0) << size.name;
}

TEST(ModelSizes, AreFoundByName) {
  for (const ModelSize& size : model_sizes()) EXPECT_EQ(&model_size(size.name), &size);
}

TEST(ModelSizes, AnUnknownNameIsAnErrorThatListsTheKnownOnes) {
  try {
    (void)model_size("norml");
    FAIL();
  } catch (const core::UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("one of: tiny, small, normal, big, xtts-v2"));
    EXPECT_THAT(error.what(), HasSubstr("Did you mean 'normal'?"));
  }
}

}  // namespace
}  // namespace myxtts::architecture
