#include "machine/prerequisites.hpp"

#include <gtest/gtest.h>

#include "support/fake_inventory.hpp"

namespace myxtts::machine {
namespace {

using support::fake_gpus;
using support::FakeInventory;

DeviceOptions two_gpus(int data_gpu, int model_gpu) {
  DeviceOptions options;
  options.data_gpu = std::to_string(data_gpu);
  options.model_gpu = std::to_string(model_gpu);
  return options;
}

DeviceOptions isolated(DeviceOptions options) {
  options.isolation = true;
  return options;
}

const std::optional<std::string> kVersion = "2.11.0";

void expect_result(const Prerequisites& found, Check check, bool ok, const std::string& detail) {
  const auto result = found.report.results.find(check);
  ASSERT_NE(result, found.report.results.end()) << name_of(check);
  EXPECT_EQ(result->second.ok, ok) << name_of(check);
  EXPECT_EQ(result->second.detail, detail);
  EXPECT_EQ(result->second.advice.empty(), ok) << name_of(check);
}

TEST(Prerequisites, GoodOnesAreForTheEngineToGoOnWith) {
  const Prerequisites found = check_prerequisites(two_gpus(2, 0), FakeInventory(3), kVersion);
  expect_result(found, Check::kDriver, true, "NVIDIA driver installed (3 GPUs detected)");
  expect_result(found, Check::kLibtorch, true, "libtorch installed (version 2.11.0)");
  expect_result(found, Check::kIndices, true, "GPU indices valid: data_gpu=2, model_gpu=0");
  ASSERT_TRUE(found.plan);
  EXPECT_EQ(found.plan->visible_devices, "2,0");
  EXPECT_EQ(found.report.gpus.size(), 3U);
}

TEST(Prerequisites, MissingDriverMeansNoGpuToo) {
  const Prerequisites found = check_prerequisites(two_gpus(0, 1), FakeInventory(0), kVersion);
  expect_result(found, Check::kDriver, false, "NVIDIA driver not found (libnvidia-ml.so.1)");
  EXPECT_EQ(found.report.results.at(Check::kDriver).advice,
            "NVIDIA driver not found: install it, or train on the CPU with ./myxtts train");
  expect_result(found, Check::kLibtorch, true, "libtorch installed (version 2.11.0)");
  expect_result(found, Check::kIndices, false, "Multi-GPU requires at least 2 GPUs, found 0");
  EXPECT_FALSE(found.plan);
}

TEST(Prerequisites, BadIndicesAreSaidAsInTraining) {
  expect_result(check_prerequisites(two_gpus(0, 99), FakeInventory(2), kVersion), Check::kIndices, false,
                "Invalid model_gpu=99, must be 0-1");
  expect_result(check_prerequisites(two_gpus(-1, 1), FakeInventory(2), kVersion), Check::kIndices, false,
                "Invalid data_gpu=-1, must be 0-1");
  expect_result(check_prerequisites(two_gpus(1, 1), FakeInventory(2), kVersion), Check::kIndices, false,
                "data_gpu and model_gpu must be different");
  expect_result(check_prerequisites(two_gpus(0, 1), FakeInventory(1), kVersion), Check::kIndices, false,
                "Multi-GPU requires at least 2 GPUs, found 1");
}

TEST(Prerequisites, SharedGpuIsBothRoles) {
  DeviceOptions options;
  options.share_gpu = true;
  const Prerequisites found = check_prerequisites(options, FakeInventory(1), kVersion);
  expect_result(found, Check::kIndices, true, "GPU indices valid: data_gpu=0, model_gpu=0");
  EXPECT_TRUE(found.report.shared);
  EXPECT_EQ(check_prerequisites(options, FakeInventory(0), kVersion).report.results.at(Check::kIndices).detail,
            "--share-gpu requires a GPU, found 0");
  EXPECT_EQ(check_prerequisites(options, FakeInventory(0), kVersion).report.results.at(Check::kIndices).advice,
            "GPU indices: compare them with nvidia-smi -L");
}

TEST(Prerequisites, MissingLibtorchIsAFailureAndNoEngineIsStarted) {
  const Prerequisites found = check_prerequisites(two_gpus(0, 1), FakeInventory(2), std::nullopt);
  expect_result(found, Check::kLibtorch, false, "libtorch not found");
  expect_result(found, Check::kIndices, true, "GPU indices valid: data_gpu=0, model_gpu=1");
  EXPECT_FALSE(found.plan);
}

TEST(Prerequisites, CapsThatFitArePlannedAndRecommended) {
  const Prerequisites found = check_prerequisites(isolated(two_gpus(0, 1)), FakeInventory(2), kVersion);
  ASSERT_TRUE(found.plan);
  EXPECT_TRUE(found.plan->isolated);
  EXPECT_EQ(found.plan->model_cap_mb, 16384);
  EXPECT_FALSE(found.report.results.contains(Check::kDataOverCap));
  ASSERT_EQ(found.report.recommendation.size(), 2U);
  EXPECT_TRUE(found.report.recommendation[0].starts_with("   Recommended: ./myxtts train --data-gpu 0 --model-gpu 1"));
}

TEST(Prerequisites, CapsThatDoNotFitLeaveTheOtherSections) {
  const Prerequisites found =
      check_prerequisites(isolated(two_gpus(0, 1)), FakeInventory(fake_gpus(2, 12288)), kVersion);
  EXPECT_FALSE(found.report.results.contains(Check::kDataOverCap));
  expect_result(found, Check::kModelOverCap, false,
                "Model GPU 1: a cap of 16384MB does not fit (12288MB of memory less 1024MB reserve)");
  ASSERT_TRUE(found.plan);
  EXPECT_FALSE(found.plan->isolated);
  EXPECT_EQ(found.report.recommendation.size(), 2U);
}

TEST(Prerequisites, CapThatDoesNotFitTheDataGpuIsItsOwnCheck) {
  DeviceOptions options = isolated(two_gpus(0, 1));
  options.data_memory = MemoryLimit{30000};
  const Prerequisites found = check_prerequisites(options, FakeInventory(2), kVersion);
  expect_result(found, Check::kDataOverCap, false,
                "Data GPU 0: a cap of 30000MB does not fit (24576MB of memory less 1024MB reserve)");
  EXPECT_FALSE(found.report.results.contains(Check::kModelOverCap));
}

TEST(Prerequisites, GpusAreCountedWithinTheUsersVisibleDevices) {
  DeviceOptions options = two_gpus(0, 1);
  options.visible_devices = "3,1";
  const Prerequisites found = check_prerequisites(options, FakeInventory(4), kVersion);
  expect_result(found, Check::kDriver, true, "NVIDIA driver installed (2 GPUs detected)");
  EXPECT_EQ(found.report.gpus.size(), 4U) << "the inventory is the machine's";
}

TEST(Prerequisites, GpuTooSmallForIsolationIsNamed) {
  const Prerequisites found =
      check_prerequisites(isolated(two_gpus(0, 1)), FakeInventory(fake_gpus(2, 6144)), kVersion);
  expect_result(found, Check::kModelOverCap, false, "GPU 1: 6144MB, at least 8192MB needed for isolation");
  EXPECT_TRUE(found.plan);
}

}  // namespace
}  // namespace myxtts::machine
