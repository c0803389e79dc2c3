#include "device/precision.hpp"

#include <gtest/gtest.h>

namespace myxtts::device {
namespace {

torch::ScalarType type_of_product() { return torch::ones({2, 2}).mm(torch::ones({2, 2})).scalar_type(); }

TEST(AutocastTest, LowersProductsWhileItLives) {
  {
    const Autocast autocast(Precision::kBf16, torch::kCPU);
    EXPECT_EQ(type_of_product(), torch::kBFloat16);
    {
      const Autocast inner(Precision::kFp16, torch::kCPU);
      EXPECT_EQ(type_of_product(), torch::kHalf);
    }
    EXPECT_EQ(type_of_product(), torch::kBFloat16);
  }
  EXPECT_EQ(type_of_product(), torch::kFloat32);
}

TEST(AutocastTest, DoesNothingInFullPrecision) {
  for (const Precision precision : {Precision::kFp32, Precision::kTf32}) {
    const Autocast autocast(precision, torch::kCPU);
    EXPECT_EQ(type_of_product(), torch::kFloat32);
  }
}

// A cast that outlived its forward pass would hide the next update.
TEST(AutocastTest, SeesAParametersNewValue) {
  torch::Tensor parameter = torch::ones({1, 1}).requires_grad_();
  for (const float value : {1.0F, 2.0F}) {
    {
      const torch::NoGradGuard no_grad;
      parameter.fill_(value);
    }
    const Autocast autocast(Precision::kBf16, torch::kCPU);
    EXPECT_EQ(torch::ones({1, 1}).mm(parameter).item<float>(), value);
  }
}

TEST(ArithmeticTest, Tf32IsUsedOnlyWhereItWasAskedFor) {
  for (const Precision precision : {Precision::kTf32, Precision::kFp32, Precision::kBf16}) {
    set_arithmetic(precision, false);
    EXPECT_EQ(at::globalContext().allowTF32CuBLAS(), precision == Precision::kTf32);
    EXPECT_EQ(at::globalContext().allowTF32CuDNN(), precision == Precision::kTf32);
  }
}

TEST(ArithmeticTest, DeterminismIsSwitchedOnAndOff) {
  for (const bool deterministic : {true, false}) {
    set_arithmetic(Precision::kFp32, deterministic);
    EXPECT_EQ(at::globalContext().deterministicAlgorithms(), deterministic);
    EXPECT_FALSE(at::globalContext().deterministicAlgorithmsWarnOnly());
    EXPECT_FALSE(at::globalContext().deterministicFillUninitializedMemory());  // a write of all new memory
  }
}

TEST(PrecisionTest, HasFourNames) {
  EXPECT_EQ(precision_of("fp32"), Precision::kFp32);
  EXPECT_EQ(precision_of("auto"), Precision::kFp32);
  EXPECT_EQ(precision_of("tf32"), Precision::kTf32);
  EXPECT_EQ(precision_of("bf16"), Precision::kBf16);
  EXPECT_EQ(precision_of("fp16"), Precision::kFp16);
  EXPECT_THROW((void)precision_of("fp8"), std::invalid_argument);
}

}  // namespace
}  // namespace myxtts::device
