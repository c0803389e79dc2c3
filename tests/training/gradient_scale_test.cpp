#include "training/gradient_scale.hpp"

#include <gtest/gtest.h>

namespace myxtts::training {
namespace {

double value_of(const GradientScale& scale) { return scale.value().item<double>(); }

void update(GradientScale& scale, std::int64_t times, float found_inf) {
  const torch::Tensor found = torch::tensor(found_inf);
  for (std::int64_t i = 0; i < times; ++i) scale.update(found);
}

TEST(GradientScaleTest, HalvesWithEachRefusedUpdate) {
  GradientScale scale(torch::kCPU);
  EXPECT_EQ(value_of(scale), GradientScale::kStart);
  update(scale, 3, 1);
  EXPECT_EQ(value_of(scale), GradientScale::kStart / 8);
}

TEST(GradientScaleTest, DoublesAfterEnoughUpdatesInARow) {
  GradientScale scale(torch::kCPU);
  update(scale, GradientScale::kGrowthSteps - 1, 0);
  EXPECT_EQ(value_of(scale), GradientScale::kStart);
  update(scale, 1, 0);
  EXPECT_EQ(value_of(scale), 2 * GradientScale::kStart);
  update(scale, GradientScale::kGrowthSteps - 1, 0);
  update(scale, 1, 1);
  update(scale, 1, 0);
  EXPECT_EQ(value_of(scale), GradientScale::kStart);
}

TEST(GradientScaleTest, GoesOnFromWhatWasSaved) {
  GradientScale scale(torch::kCPU);
  update(scale, 1, 1);
  update(scale, GradientScale::kGrowthSteps - 1, 0);
  contracts::NamedTensors saved;
  scale.save(saved);
  GradientScale loaded(torch::kCPU);
  loaded.load(saved);
  update(loaded, 1, 0);
  EXPECT_EQ(value_of(loaded), GradientScale::kStart);
}

}  // namespace
}  // namespace myxtts::training
