#include "model/parameters.hpp"

#include <gtest/gtest.h>

#include "golden.hpp"
#include "rows.hpp"

namespace myxtts::model::test {
namespace {

TEST(Parameters, WeightDecayPullsWhereXttsV2sDoes) {
  std::map<std::string, bool> expected;
  for (const auto& line : read_table("weight_decay_groups.tsv")) expected[line.at(1)] = line.at(0) == "decay";

  VoiceModelOptions options = small_options();
  options.conditioning_width = options.width;
  options.conditioning_blocks = 6;
  Initialiser shapes(1, torch::kMeta);
  const VoiceModel model(options, shapes);
  std::map<std::string, bool> actual;
  for (const auto& item : model.named_parameters()) actual[item.key()] = takes_weight_decay(item.key());
  EXPECT_EQ(actual, expected);
}

TEST(Parameters, ProjectedContextDecaysAsOtherMatricesDo) {
  EXPECT_TRUE(takes_weight_decay("conditioning_perceiver.proj_context.weight"));
  EXPECT_FALSE(takes_weight_decay("conditioning_perceiver.proj_context.bias"));
}

}  // namespace
}  // namespace myxtts::model::test
