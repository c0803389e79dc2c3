#include "model/dropout.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <future>

namespace myxtts::model::test {
namespace {

TEST(Dropout, DropsTheShareThatIsAskedForAndKeepsTheMean) {
  seed_dropout(1, torch::kCPU);
  const torch::Tensor dropped = with_dropout(torch::ones({400, 251}), 0.1, true);
  EXPECT_NEAR(dropped.eq(0).to(torch::kFloat32).mean().item<double>(), 0.1, 0.005);
  EXPECT_NEAR(dropped.max().item<double>(), 1.0 / 0.9, 1e-4);
  // In every lane of a random word.
  for (std::int64_t lane = 0; lane < 4; ++lane) {
    EXPECT_NEAR(dropped.flatten().slice(0, lane, 100'400, 4).mean().item<double>(), 1.0, 0.02);
  }
}

TEST(Dropout, ResidualKeepsItsInputWhole) {
  seed_dropout(1, torch::kCPU);
  const torch::Tensor x = torch::full({7, 3}, 5.0);
  const torch::Tensor sum = add_with_dropout(x, torch::ones({7, 3}), 0.5, true);
  EXPECT_TRUE(sum.eq(5.0).logical_or(sum.eq(7.0)).all().item<bool>());
  EXPECT_TRUE(sum.eq(5.0).any().item<bool>() && sum.eq(7.0).any().item<bool>());
}

TEST(Dropout, GradientIsDroppedWithTheBranch) {
  seed_dropout(1, torch::kCPU);
  const torch::Tensor branch = torch::ones({50}).requires_grad_();
  const torch::Tensor sum = add_with_dropout(torch::zeros({50}), branch, 0.5, true);
  sum.sum().backward();
  EXPECT_TRUE(branch.grad().equal(sum.detach()));
}

TEST(Dropout, ThreadsDrawAsTheyWouldAlone) {
  const auto draw = [](std::uint64_t seed) {
    seed_dropout(seed, torch::kCPU);
    return with_dropout(torch::ones({1000}), 0.5, true);
  };
  const torch::Tensor first = draw(1);
  EXPECT_FALSE(draw(2).equal(first));
  seed_dropout(1, torch::kCPU);
  EXPECT_TRUE(std::async(std::launch::async, draw, 2).get().equal(draw(2)));
  seed_dropout(1, torch::kCPU);
  std::async(std::launch::async, draw, 2).wait();
  EXPECT_TRUE(with_dropout(torch::ones({1000}), 0.5, true).equal(first)) << "another thread's draws took no part";
}

TEST(Dropout, DoesNothingOutsideTraining) {
  const torch::Tensor x = torch::randn({5});
  EXPECT_TRUE(with_dropout(x, 0.5, false).equal(x));
  EXPECT_TRUE(add_with_dropout(x, x, 0.5, false).equal(x + x));
}

TEST(Dropout, KeepsItsScaleBesideABranchInHalfPrecision) {
  const torch::Tensor branch = torch::ones({1000}, torch::kBFloat16);
  const torch::Tensor sum = add_with_dropout(torch::zeros({1000}), branch, 0.1, true);
  EXPECT_EQ(sum.scalar_type(), torch::kFloat32);
  EXPECT_NEAR(sum.max().item<double>(), 1 / 0.9, 1e-4);
}

}  // namespace
}  // namespace myxtts::model::test
