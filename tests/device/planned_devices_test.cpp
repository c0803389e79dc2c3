#include "device/planned_devices.hpp"

#include <gtest/gtest.h>

namespace myxtts::device {
namespace {

TEST(DeviceModels, AreThoseThatTheBitsComeFrom) {
  machine::DevicePlan plan;
  EXPECT_EQ(device_models(plan, torch::kCPU), "CPU");
  EXPECT_EQ(device_models(plan, torch::Device("cuda:1")), "") << "a library user's own choice";
  plan.mode = machine::DeviceMode::kDualGpu;
  plan.data_gpu.name = plan.model_gpu.name = "NVIDIA A100";
  EXPECT_EQ(device_models(plan, torch::Device("cuda:1")), "NVIDIA A100");
  plan.data_gpu.name = "NVIDIA L4";
  EXPECT_EQ(device_models(plan, torch::Device("cuda:1")), "NVIDIA L4 (data role) and NVIDIA A100 (model role)");
}

TEST(PrecisionOnADevice, IsFp32OnACpuUnlessAnotherIsChosen) {
  config::RunSettings run;
  EXPECT_EQ(precision_on(torch::kCPU, run), "fp32");
  run.precision = "fp16";
  EXPECT_EQ(precision_on(torch::kCPU, run), "fp16");
  EXPECT_EQ(precision_on(torch::Device("cuda:1"), run), "fp16") << "no driver is asked";
}

}  // namespace
}  // namespace myxtts::device
