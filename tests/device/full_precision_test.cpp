#include "device/full_precision.hpp"

#include <gtest/gtest.h>

#include "device/tf32_watch.hpp"

namespace myxtts::device {
namespace {

TEST(FullPrecisionTest, TakesPrecedenceOverAutocastAndTf32) {
  const torch::Tensor x = torch::rand({2, 3, 9}), weight = torch::rand({4, 3, 3}), bias = torch::rand({4});
  const torch::Tensor expected = torch::conv1d(x, weight, bias, 2, 1);
  const test::Tf32Watch watch;
  const Autocast autocast(Precision::kBf16, torch::kCPU);
  {
    const FullPrecision full_precision;
    EXPECT_EQ(torch::ones({2, 2}).mm(torch::ones({2, 2})).scalar_type(), torch::kFloat32);
    const torch::Tensor convolved = convolution1d(x, weight, bias, 2, 1);
    EXPECT_EQ(convolved.scalar_type(), torch::kFloat32);
    EXPECT_LT((convolved - expected).abs().max().item<double>(), 1e-5);
  }
  EXPECT_TRUE(watch.found().empty());
  EXPECT_EQ(convolution1d(x, weight, bias, 2, 1).scalar_type(), torch::kBFloat16);
  EXPECT_FALSE(watch.found().empty());
}

}  // namespace
}  // namespace myxtts::device
