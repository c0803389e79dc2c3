#pragma once
// What the tests that need a GPU have in common. They pass on simulated GPUs (tests/simulated_cuda); on a real one they
// were not run yet.

#include <ATen/cuda/Sleep.h>
#include <c10/cuda/CUDAFunctions.h>
#include <gtest/gtest.h>
#include <torch/cuda.h>
#include <torch/types.h>

#include <cstdint>
#include <memory>

#include "device/cuda/cuda_runtime.hpp"

namespace myxtts::device {

// Both roles on the first GPU; every test skips where there is none.
class GpuTest : public testing::Test {
 protected:
  static constexpr std::int64_t kMegabyte = 1 << 20;

  void SetUp() override {
    if (c10::cuda::device_count() == 0) GTEST_SKIP() << "no GPU";
    runtime_ = make_cuda_runtime(options());
  }
  void TearDown() override {
    if (c10::cuda::device_count() > 0) c10::cuda::device_synchronize();
  }

  [[nodiscard]] virtual RuntimeOptions options() const {
    RuntimeOptions both_on_one;
    both_on_one.data_device = torch::Device(torch::kCUDA, 0);
    both_on_one.model_device = both_on_one.data_device;
    return both_on_one;
  }

  [[nodiscard]] static torch::Tensor bytes_on_gpu(std::int64_t count) {
    return torch::empty({count}, torch::dtype(torch::kUInt8).device(torch::kCUDA, 0));
  }

  // Keeps the current stream busy; at the clock's top speed, so that it is never less.
  static void delay(int milliseconds) {
    int kilohertz = 0;
    C10_CUDA_CHECK(cudaDeviceGetAttribute(&kilohertz, cudaDevAttrClockRate, 0));
    at::cuda::sleep(std::int64_t{kilohertz} * milliseconds);
  }

  std::unique_ptr<DeviceRuntime> runtime_;
};

}  // namespace myxtts::device
