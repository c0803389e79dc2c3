// What the library says of GPUs, over the fake libnvidia-ml.so.1.

#include "myxtts/gpu_memory.hpp"

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "library/process_devices.hpp"
#include "support/fake_file_system.hpp"
#include "support/places.hpp"

namespace myxtts {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

// NVML is looked for by its name: the library of that name that is loaded already is taken.
class GpuMemoryTest : public testing::Test {
 protected:
  void SetUp() override {
    driver_ = ::dlopen((support::binary_folder() / "fake_driver/libnvidia-ml.so.1").c_str(), RTLD_NOW);
    ASSERT_NE(driver_, nullptr) << ::dlerror();
    ::unsetenv("CUDA_VISIBLE_DEVICES");
  }
  void TearDown() override {
    ::dlclose(driver_);
    for (const char* name : {"MYXTTS_FAKE_GPUS", "MYXTTS_FAKE_GPU_FILE", "CUDA_VISIBLE_DEVICES"}) ::unsetenv(name);
  }

  void* driver_ = nullptr;
};

TEST_F(GpuMemoryTest, InfoIsTotalUsedFreeAndTheShareInUse) {
  const support::TemporaryFolder folder;
  const core::Path file = folder.path() / "gpus.json";
  core::write_atomically(core::local_file_system(), file,
                         R"({"gpus": [{"total_mb": 24576, "used_mb": 6144}, {"total_mb": 8192, "used_mb": 0}]})");
  ::setenv("MYXTTS_FAKE_GPU_FILE", file.c_str(), 1);
  const auto [data, model] = monitor_gpu_memory(0, 1);
  EXPECT_EQ(data.gpu_id, 0);
  EXPECT_EQ(data.total_mb, 24576);
  EXPECT_EQ(data.used_mb, 6144);
  EXPECT_EQ(data.free_mb, 18432);
  EXPECT_DOUBLE_EQ(data.utilization, 25);
  EXPECT_EQ(model.gpu_id, 1);
  EXPECT_EQ(model.total_mb, 8192);
  EXPECT_EQ(get_gpu_memory_info().size(), 2U);
}

TEST_F(GpuMemoryTest, GpusAreCountedWithinTheVisibleOnes) {
  ::setenv("MYXTTS_FAKE_GPUS", "8192,16384,24576", 1);
  ::setenv("CUDA_VISIBLE_DEVICES", "2,0", 1);
  EXPECT_EQ(get_gpu_memory_info(0).total_mb, 24576);
  EXPECT_EQ(get_gpu_memory_info(1).total_mb, 8192);
  ASSERT_EQ(get_gpu_memory_info().size(), 2U);
  EXPECT_EQ(get_gpu_memory_info()[0].gpu_id, 0);
  EXPECT_EQ(get_gpu_memory_info()[0].total_mb, 24576);
  EXPECT_THAT([] { (void)get_gpu_memory_info(2); }, ThrowsMessage<core::DeviceError>(HasSubstr("Invalid gpu_id=2")));
}

TEST_F(GpuMemoryTest, GpusKeepTheirNumbersWhenTheProcessSeesOthers) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto in_child = [] {
    ::setenv("MYXTTS_FAKE_GPUS", "8192,16384,24576", 1);
    ::setenv("CUDA_VISIBLE_DEVICES", "2,0", 1);
    machine::DevicePlan plan;  // of the CPU: it hides every GPU
    plan.isolated = true;
    plan.data_cap_mb = plan.model_cap_mb = 64;
    library::set_up_process(plan, {});
    EXPECT_STREQ(std::getenv("CUDA_VISIBLE_DEVICES"), "");
    EXPECT_EQ(get_gpu_memory_info(0).total_mb, 24576);
    EXPECT_EQ(get_gpu_memory_info(1).total_mb, 8192);
    std::_Exit(testing::Test::HasFailure() ? 1 : 0);
  };
  EXPECT_EXIT(in_child(), testing::ExitedWithCode(0), "");
}

TEST_F(GpuMemoryTest, OptimalLimitsAreSharesOfEachGpusMemory) {
  ::setenv("MYXTTS_FAKE_GPUS", "24576,10000", 1);
  const MemoryLimits usual = get_optimal_memory_limits({});
  EXPECT_EQ(usual.data_limit, 8110);
  EXPECT_EQ(usual.model_limit, 6700);
  const MemoryLimits half = get_optimal_memory_limits({1, 0, 0.5, 0.5});
  EXPECT_EQ(half.data_limit, 5000);
  EXPECT_EQ(half.model_limit, 12288);
}

TEST_F(GpuMemoryTest, WithoutGpusThereIsNothingToSay) {
  EXPECT_TRUE(get_gpu_memory_info().empty());
  EXPECT_THROW((void)get_gpu_memory_info(0), core::DeviceError);
  EXPECT_THROW((void)get_optimal_memory_limits({}), core::DeviceError);
}

TEST_F(GpuMemoryTest, SetupThrowsTheTextsOfTheCommandLine) {
  EXPECT_THAT([] { setup_gpu_memory_isolation({}); },
              ThrowsMessage<core::DeviceError>(HasSubstr("❌ Multi-GPU requires at least 2 GPUs, found 0")));
  ::setenv("MYXTTS_FAKE_GPUS", "24576,24576", 1);
  EXPECT_THAT(
      [] {
        setup_gpu_memory_isolation({0, 99, 8192, 16384});
      },
      ThrowsMessage<core::DeviceError>(HasSubstr("❌ Invalid model_gpu=99, must be 0-1")));
  EXPECT_THAT(
      [] {
        setup_gpu_memory_isolation({0, 1, 0, 16384});
      },
      ThrowsMessage<core::DeviceError>(HasSubstr("data_gpu_memory_limit: '0'; expected 1 or more")));
  EXPECT_THAT(
      [] {
        setup_gpu_memory_isolation({0, 1, 8192, 24576});
      },
      ThrowsMessage<core::DeviceError>(HasSubstr("❌ Model GPU 1: a cap of 24576MB does not fit")));
}

TEST_F(GpuMemoryTest, WhatNeedsTheSetupSaysSo) {
  const auto asks_for_setup = ThrowsMessage<core::DeviceError>(HasSubstr("Call setup_gpu_memory_isolation()"));
  EXPECT_THAT([] { log_memory_stats({}); }, asks_for_setup);
  EXPECT_THAT([] { (void)detect_memory_leak({}); }, asks_for_setup);
  EXPECT_THAT([] { release_cached_memory(); }, asks_for_setup);
}

}  // namespace
}  // namespace myxtts
