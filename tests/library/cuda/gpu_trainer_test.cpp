// The library's trainers on two GPUs, in a process of their own each: its GPUs are chosen once.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <functional>

#include "device/role.hpp"
#include "myxtts/trainer.hpp"
#include "run/tiny_run.hpp"
#include "support/fake_file_system.hpp"

namespace myxtts {
namespace {

using testing::ExitedWithCode;
using testing::HasSubstr;
using testing::ThrowsMessage;

class GpuTrainer : public testing::Test {
 protected:
  void SetUp() override {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    if (get_gpu_memory_info().size() < 2) GTEST_SKIP() << "fewer than two GPUs";
  }

  [[nodiscard]] std::string data() const { return run::test::write_data_set(folder_.path() / "data").string(); }
  [[nodiscard]] std::string path(const char* name) const { return (folder_.path() / name).string(); }

  // What CPUs and GPUs compute alike.
  [[nodiscard]] static config::Settings settings() {
    config::Settings settings = run::test::tiny_settings("");
    settings.run.precision = "fp32";
    settings.model.dropout = 0;
    return settings;
  }

  [[nodiscard]] MemoryIsolatedDualGPUTrainerOptions isolated_options() const {
    MemoryIsolatedDualGPUTrainerOptions options;
    options.config = settings();
    options.data_gpu_memory_limit = 4096;
    options.model_gpu_memory_limit = 8192;
    options.output = path("run");
    return options;
  }

  // A plain trainer's run on these devices.
  [[nodiscard]] std::string train_on(const char* data_device, const char* model_device, const char* output) const {
    XTTSTrainerOptions options;
    options.config = settings();
    options.data_device = data_device;
    options.model_device = model_device;
    options.output = path(output);
    return XTTSTrainer(options).train(data(), "", 0);
  }

  // Runs the checks and ends the process: with code 0 if all of them held.
  [[noreturn]] void end_after(const std::function<void()>& checks) const {
    checks();
    std::filesystem::remove_all(folder_.path());
    std::_Exit(HasFailure() ? 1 : 0);
  }

  support::TemporaryFolder folder_;
};

torch::Tensor allocated(device::Role role, const char* gpu, std::int64_t megabytes) {
  const device::RoleScope scope(role);
  return torch::empty({megabytes << 20}, torch::dtype(torch::kUInt8).device(gpu));
}

TEST_F(GpuTrainer, IsolatedOneTrainsAndTellsTheMemoryOfEachGpu) {
  const auto checks = [this] {
    MemoryIsolatedDualGPUTrainer trainer(isolated_options());
    (void)trainer.train(data(), "", 0);
    const MemoryStats stats = trainer.get_memory_stats();
    EXPECT_EQ(stats.data_gpu.device, "cuda:0");
    EXPECT_EQ(stats.model_gpu.device, "cuda:1");
    EXPECT_EQ(stats.data_gpu.limit_mb, 4096);
    EXPECT_EQ(stats.model_gpu.limit_mb, 8192);
    const auto [data_gpu, model_gpu] = monitor_gpu_memory(0, 1);
    for (const GpuMemoryInfo& info : {stats.data_gpu.info, stats.model_gpu.info, data_gpu, model_gpu}) {
      EXPECT_GT(info.used_mb, 0);  // the trainer's blocks are kept for reuse
      EXPECT_EQ(info.total_mb, info.used_mb + info.free_mb);
    }
    log_memory_stats({0, 1, 7});
    const torch::Tensor leaked = allocated(device::Role::kModel, "cuda:1", 101);
    EXPECT_FALSE(detect_memory_leak({0, 0, 100}));
    EXPECT_TRUE(detect_memory_leak({1, 0, 100}));
    release_cached_memory();
  };
  EXPECT_EXIT(end_after(checks), ExitedWithCode(0), "GPU 1: 101MB of tensors, 101MB over the baseline of 0MB");
}

TEST_F(GpuTrainer, OutOfMemoryOnOneGpuLeavesTheOtherAndTheProcessAsTheyWere) {
  const auto checks = [this] {
    const MemoryIsolatedDualGPUTrainerOptions options = isolated_options();
    MemoryIsolatedDualGPUTrainer trainer(options);
    {
      // All but a megabyte of what the cap leaves beside the reserve of context and libraries.
      const torch::Tensor held = allocated(device::Role::kData, "cuda:0", options.data_gpu_memory_limit - 1025);
      const auto train = [&] { (void)trainer.train(data(), "", 0); };
      EXPECT_THAT(train, ThrowsMessage<core::OutOfMemoryError>(HasSubstr("the data role is out of memory")));
      EXPECT_NO_THROW((void)allocated(device::Role::kModel, "cuda:1", 7000));
    }
    std::filesystem::remove_all(options.output);
    EXPECT_EQ(trainer.train(data(), "", 0), options.output);
  };
  EXPECT_EXIT(end_after(checks), ExitedWithCode(0), "");
}

TEST_F(GpuTrainer, PlainOneEndsInTheBitsOfTheCpu) {
  const auto checks = [this] {
    const std::string expected = train_on("cpu", "cpu", "cpu");
    run::test::expect_same_end(train_on("cuda:0", "cuda:1", "two"), expected, "two GPUs");
    run::test::expect_same_end(train_on("cuda:1", "", "one"), expected, "one GPU");
  };
  EXPECT_EXIT(end_after(checks), ExitedWithCode(0), "");
}

}  // namespace
}  // namespace myxtts
