#include "machine/device_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "core/stage_clock.hpp"
#include "support/fake_inventory.hpp"

namespace myxtts::machine {
namespace {

using support::FakeInventory;
using Gpu = std::optional<int>;

// The first line of the error, and whether the two that end every one of them follow to the letter.
std::string first_line(Gpu data_gpu, Gpu model_gpu, int gpus) {
  try {
    (void)resolve({.data_gpu = data_gpu, .model_gpu = model_gpu}, FakeInventory(gpus));
  } catch (const GpuConfigurationError& error) {
    const std::string text = error.what();
    const std::string end =
        "\n❌ Multi-GPU mode was requested but configuration failed"
        "\n   Please check your GPU indices and ensure you have at least 2 GPUs";
    EXPECT_TRUE(text.ends_with(end)) << text;
    EXPECT_EQ(error.exit_code(), 1);
    return text.substr(0, text.size() - end.size());
  }
  return "no error";
}

TEST(Resolve, WithoutFlagsNoGpuIsAskedFor) {
  for (const int gpus : {0, 1, 2, 3, 8}) {
    const FakeInventory inventory(gpus);
    const DevicePlan plan = resolve({}, inventory);
    EXPECT_EQ(plan.data_device(), "cpu");
    EXPECT_EQ(plan.model_device(), "cpu");
    EXPECT_EQ(inventory.asked, 0);
  }
}

TEST(Resolve, BothFlagsAreNeededOnEveryMachine) {
  for (const int gpus : {0, 1, 2, 3, 8}) {
    EXPECT_EQ(first_line(0, {}, gpus), "❌ Multi-GPU mode needs both flags: --model-gpu is missing");
    EXPECT_EQ(first_line({}, 99, gpus), "❌ Multi-GPU mode needs both flags: --data-gpu is missing");
  }
}

TEST(Resolve, TooFewGpusComeBeforeBadIndices) {
  EXPECT_EQ(first_line(0, 1, 0), "❌ Multi-GPU requires at least 2 GPUs, found 0");
  EXPECT_EQ(first_line(0, 1, 1), "❌ Multi-GPU requires at least 2 GPUs, found 1");
  EXPECT_EQ(first_line(99, 99, 1), "❌ Multi-GPU requires at least 2 GPUs, found 1");
  EXPECT_EQ(first_line(-1, -1, 0), "❌ Multi-GPU requires at least 2 GPUs, found 0");
}

TEST(Resolve, IndicesAreCheckedDataFirst) {
  EXPECT_EQ(first_line(0, 99, 2), "❌ Invalid model_gpu=99, must be 0-1");
  EXPECT_EQ(first_line(99, 0, 2), "❌ Invalid data_gpu=99, must be 0-1");
  EXPECT_EQ(first_line(99, 98, 2), "❌ Invalid data_gpu=99, must be 0-1");
  EXPECT_EQ(first_line(-1, 0, 2), "❌ Invalid data_gpu=-1, must be 0-1");
  EXPECT_EQ(first_line(2, 0, 2), "❌ Invalid data_gpu=2, must be 0-1");
  EXPECT_EQ(first_line(2, 3, 3), "❌ Invalid model_gpu=3, must be 0-2");
  EXPECT_EQ(first_line(7, 8, 8), "❌ Invalid model_gpu=8, must be 0-7");
}

TEST(Resolve, EqualIndicesComeLast) {
  EXPECT_EQ(first_line(1, 1, 2), "❌ data_gpu and model_gpu must be different");
  EXPECT_EQ(first_line(7, 7, 8), "❌ data_gpu and model_gpu must be different");
  EXPECT_EQ(first_line(5, 5, 3), "❌ Invalid data_gpu=5, must be 0-2");
}

TEST(Resolve, NeverFallsBackToTheCpu) {
  for (const int gpus : {2, 3, 8}) EXPECT_THAT(first_line(0, 1, gpus), testing::StartsWith("❌ "));
}

TEST(Inventory, AnswersWithinTheTimeOfAnError) {
  const core::Stopwatch watch;
  const auto gpus = static_cast<int>(nvml_inventory()->gpus().size());
  EXPECT_LT(watch.milliseconds(), gpus == 0 ? 100 : 1000);  // a driver may take a second
}

TEST(EngineEnvironment, FixesGpuOrderAndThreadsThatSleep) {
  std::map<std::string, std::string> variables;
  for (const EnvironmentVariable& variable : engine_environment({}, 3)) variables[variable.name] = variable.value;
  EXPECT_EQ(variables, (std::map<std::string, std::string>{{"CUDA_DEVICE_ORDER", "PCI_BUS_ID"},
                                                           {"CUDA_VISIBLE_DEVICES", ""},
                                                           {"OMP_NUM_THREADS", "3"},
                                                           {"OMP_WAIT_POLICY", "PASSIVE"},
                                                           {"GOMP_SPINCOUNT", "20000"}}));
}

}  // namespace
}  // namespace myxtts::machine
