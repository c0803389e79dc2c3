#include "machine/recommendation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace myxtts::machine {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

DevicePlan dual(std::int64_t data_total_mb, std::int64_t model_total_mb) {
  DevicePlan plan;
  plan.mode = DeviceMode::kDualGpu;
  plan.data_gpu.total_mb = data_total_mb;
  plan.model_gpu.typed_index = plan.model_gpu.physical_index = 1;
  plan.model_gpu.total_mb = model_total_mb;
  return plan;
}

DevicePlan shared(std::int64_t total_mb) {
  DevicePlan plan;
  plan.mode = DeviceMode::kSharedGpu;
  plan.data_gpu.total_mb = plan.model_gpu.total_mb = total_mb;
  return plan;
}

std::pair<std::int64_t, std::int64_t> caps_of(const DevicePlan& plan) {
  const CapPair caps = recommended_caps(plan);
  return {caps.data_mb, caps.model_mb};
}

TEST(Recommendation, CapsFollowTheSmallerGpu) {
  using Caps = std::pair<std::int64_t, std::int64_t>;
  EXPECT_EQ(caps_of(dual(24576, 24576)), Caps(8192, 16384));
  EXPECT_EQ(caps_of(dual(81920, 20470)), Caps(8192, 16384));
  EXPECT_EQ(caps_of(dual(16384, 81920)), Caps(6144, 10240));
  EXPECT_EQ(caps_of(dual(12282, 12282)), Caps(6144, 10240));
  EXPECT_EQ(caps_of(dual(11264, 24576)), Caps(4096, 6144));
  EXPECT_EQ(caps_of(dual(8188, 8188)), Caps(4096, 6144));
}

TEST(Recommendation, CapsOfASharedGpuAreSharesOfWhatTheReserveLeaves) {
  const CapPair caps = recommended_caps(shared(24576));
  EXPECT_EQ(caps.data_mb, (24576 - 1024) / 3);
  EXPECT_EQ(caps.data_mb + caps.model_mb, 24576 - 1024);
}

TEST(Recommendation, AGpuUnder8GiBIsNamed) {
  try {
    (void)recommend(dual(24576, 6144));
    ADD_FAILURE() << "no error";
  } catch (const GpuConfigurationError& error) {
    EXPECT_STREQ(error.what(), "❌ GPU 1: 6144MB, at least 8192MB needed for isolation");
  }
}

TEST(Recommendation, ALargerGpuNeverGetsASmallerModel) {
  const auto rank = [](const DevicePlan& plan) {
    const std::vector<std::string> sizes = {"tiny", "small", "normal", "big"};
    return std::ranges::find(sizes, recommend(plan).settings.run.size) - sizes.begin();
  };
  for (std::int64_t gb = 9; gb <= 48; ++gb) {
    EXPECT_GE(rank(dual(gb * 1024, gb * 1024)), rank(dual((gb - 1) * 1024, (gb - 1) * 1024))) << gb;
    EXPECT_GE(rank(shared(gb * 1024)), rank(shared((gb - 1) * 1024))) << gb;
  }
}

TEST(Recommendation, BatchesShrinkBeforeTheModelDoes) {
  const config::Settings found = recommend(shared(12288)).settings;
  EXPECT_EQ(found.run.size, "normal");
  EXPECT_EQ(found.batch.size, 16);
  EXPECT_EQ(found.batch.buffer, 25);
}

TEST(Recommendation, WhatIsRecommendedFitsItsCaps) {
  for (const std::int64_t gb : {8, 11, 12, 16, 20, 24, 40, 80}) {
    for (const DevicePlan& plan : {dual(gb * 1024, gb * 1024), shared(gb * 1024)}) {
      const Recommendation found = recommend(plan);
      EXPECT_LE(found.forecast.data.megabytes(), found.caps.data_mb) << gb;
      EXPECT_LE(found.forecast.model.megabytes(), found.caps.model_mb) << gb;
      EXPECT_LE(found.settings.batch.size, gb < 12 ? 16 : gb < 24 ? 32 : 48) << gb;
      EXPECT_LE(found.settings.batch.buffer, gb < 12 ? 25 : gb < 24 ? 50 : 100) << gb;
    }
    if (gb < 12 || gb >= 20) {
      EXPECT_EQ(recommend(dual(gb * 1024, gb * 1024)).settings.batch.size, gb < 12 ? 16 : gb < 24 ? 32 : 48) << gb;
    }
  }
}

TEST(Recommendation, LinesAreACommandAndItsForecast) {
  const DevicePlan plan = dual(20480, 20480);
  const Recommendation found = recommend(plan);
  EXPECT_THAT(recommendation_lines(plan),
              ElementsAre("   Recommended: ./myxtts train --data-gpu 0 --model-gpu 1 --enable-memory-isolation "
                          "--data-gpu-memory 8192 --model-gpu-memory 16384 --model-size normal --precision bf16 "
                          "--batch-size 32 --buffer-size 50",
                          "   (forecast: data GPU " + std::to_string(found.forecast.data.megabytes()) +
                              "MB, model GPU " + std::to_string(found.forecast.model.megabytes()) + "MB)"));
  EXPECT_THAT(recommendation_lines(shared(24576)).front(),
              HasSubstr("train --model-gpu 0 --share-gpu --enable-memory-isolation --data-gpu-memory 7850 "
                        "--model-gpu-memory 15702 "));
}

}  // namespace
}  // namespace myxtts::machine
