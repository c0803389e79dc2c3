#include "run/memory_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "device/role_allocator.hpp"
#include "run/tiny_run.hpp"
#include "support/fake_inventory.hpp"

namespace myxtts::run {
namespace {

using device::Role;
using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::int64_t kMegabyte = 1 << 20;
constexpr int kRuns = 20;

machine::DevicePlan isolated() {
  machine::DevicePlan plan;
  plan.isolated = true;
  plan.data_cap_mb = 8192;
  plan.model_cap_mb = 16384;
  plan.model_gpu.physical_index = plan.model_gpu.typed_index = 1;
  return plan;
}

class Watch : public ::testing::Test {
 protected:
  Watch() {
    console_.keep_in([this](std::string_view line) { lines_.emplace_back(line); });
    device::RuntimeOptions options;
    options.data_cap_bytes = plan_.data_cap_mb << 20;
    options.model_cap_bytes = plan_.model_cap_mb << 20;
    runtime_ = device::make_runtime(options);
  }
  ~Watch() override { (void)device::make_runtime({}); }  // without caps again

  MemoryWatch watch(std::int64_t interval, KeptBytes kept = {}) {
    return MemoryWatch({*runtime_, console_, plan_}, {interval, std::move(kept)});
  }

  static void step(MemoryWatch& watch, std::int64_t number) {
    core::StepReport report;
    report.step = number;
    watch.on_step(report);
  }

  static torch::Tensor allocated(Role role, std::int64_t bytes) {
    const device::RoleScope scope(role);
    return torch::empty({bytes}, torch::kUInt8);
  }

  machine::DevicePlan plan_ = isolated();
  core::Console console_{true};
  std::vector<std::string> lines_;
  std::unique_ptr<device::DeviceRuntime> runtime_;
};

TEST_F(Watch, PrintsAtItsFirstStepAndThenEveryInterval) {
  const std::int64_t data_mb = device::live_bytes(Role::kData) >> 20;
  const torch::Tensor held = allocated(Role::kModel, 100 * kMegabyte);
  const std::int64_t model_mb = device::live_bytes(Role::kModel) >> 20;
  MemoryWatch watched = watch(100);
  for (std::int64_t number = 1; number <= 250; ++number) step(watched, number);
  ASSERT_EQ(lines_.size(), 6U);
  const auto percent = [](std::int64_t part, double whole) { return 100 * static_cast<double>(part) / whole; };
  EXPECT_EQ(lines_.at(0), fmt::format("[Step 1] Data GPU 0: {}/8192MB ({:.1f}%)", data_mb, percent(data_mb, 8192)));
  EXPECT_EQ(lines_.at(1),
            fmt::format("[Step 1] Model GPU 1: {}/16384MB ({:.1f}%)", model_mb, percent(model_mb, 16384)));
  EXPECT_THAT(lines_.at(2), HasSubstr("[Step 100] Data GPU 0: "));
  EXPECT_THAT(lines_.at(5), HasSubstr("[Step 200] Model GPU 1: "));
}

TEST_F(Watch, PrintsNothingAtIntervalZeroAndWithoutIsolation) {
  MemoryWatch silent = watch(0);
  step(silent, 1);
  plan_.isolated = false;
  MemoryWatch plain = watch(1);
  step(plain, 1);
  EXPECT_THAT(lines_, IsEmpty());
}

TEST_F(Watch, FindsALeakInEitherRoleWithin200StepsAndWarnsLouderWhenItGoesOn) {
  for (const Role role : {Role::kData, Role::kModel}) {
    for (int run = 0; run < kRuns; ++run) {
      lines_.clear();
      MemoryWatch watched = watch(0);
      std::vector<torch::Tensor> leaked;
      for (std::int64_t number = 1; number <= 400; ++number) {
        leaked.push_back(allocated(role, kMegabyte));
        const torch::Tensor of_this_step = allocated(role, (number * 7 + run) % 11 * kMegabyte);
        step(watched, number);
        if (number == 200) {
          ASSERT_EQ(lines_.size(), 1U) << run;
        }
      }
      ASSERT_EQ(lines_.size(), 2U) << run;
      const std::string name(device::name_of(role));
      EXPECT_THAT(lines_.at(0), AllOf(HasSubstr("⚠️ Memory leak suspected: the " + name + " role"),
                                      ContainsRegex("10[0-9][0-9]\\.[0-9] KB a step over 128 steps")));
      EXPECT_THAT(lines_.at(1), HasSubstr("🚨 Memory leak goes on: the " + name + " role"));
    }
  }
}

TEST_F(Watch, ACacheThatFillsAndValidationRaiseNothing) {
  for (int run = 0; run < kRuns; ++run) {
    std::vector<torch::Tensor> cache;
    MemoryWatch watched = watch(
        0, [&](Role role) { return role == Role::kData ? static_cast<std::int64_t>(cache.size()) * kMegabyte : 0; });
    std::vector<torch::Tensor> held_out;
    for (std::int64_t number = 1; number <= 1000; ++number) {
      if (number < 500) cache.push_back(allocated(Role::kData, kMegabyte));
      held_out.clear();
      if (number % 250 == run) held_out.push_back(allocated(Role::kModel, 300 * kMegabyte));
      const torch::Tensor of_this_step = allocated(Role::kModel, (number * 7 + run) % 11 * kMegabyte);
      step(watched, number);
    }
    EXPECT_THAT(lines_, IsEmpty()) << run;
  }
}

TEST_F(Watch, AsksTheDriverWithEachLineOfAnIsolatedRun) {
  plan_.mode = machine::DeviceMode::kDualGpu;
  support::FakeInventory inventory(2);
  DriverComparison driver(inventory);
  MemoryWatch watched({*runtime_, console_, plan_, &driver}, {2, {}});
  inventory.hold(machine::ProcessMemory{9000 * kMegabyte});
  for (std::int64_t number = 1; number <= 4; ++number) step(watched, number);
  ASSERT_EQ(lines_.size(), 9U) << "at steps 1, 2 and 4";
  EXPECT_EQ(lines_.at(2), "⚠️ Data GPU 0: the driver counts 9000MB for this process, 808MB over the cap of 8192MB");
}

TEST_F(Watch, ARunWithCapsPrintsItsForecastItsMemoryAndWhatItUsed) {
  support::TemporaryFolder folder;
  config::Settings settings = test::tiny_settings(test::write_data_set(folder.path() / "data"));
  settings.memory.interval_steps = 4;
  requests::TrainRequest request = test::train_request(settings, folder.path() / "run");
  request.device_plan = plan_;
  test::train(request);
  const std::string log = core::local_file_system().read(folder.path() / "run" / "log.txt");
  for (const char* line :
       {"Memory forecast: Data GPU 0: [0-9]+/8192MB, fits", "Memory forecast: Model GPU 1: [0-9]+/16384MB, fits",
        "\\[Step 1\\] Data GPU 0: [0-9]+/8192MB \\([0-9.]+%\\)", "\\[Step 4\\] Model GPU 1: [0-9]+/16384MB",
        "Memory used: Data GPU 0: at most [0-9]+MB of 8192MB \\(forecast [0-9]+MB\\)",
        "Memory used: Model GPU 1: at most [0-9]+MB of 16384MB \\(forecast [0-9]+MB\\)"}) {
    EXPECT_THAT(log, ContainsRegex(line));
  }
  EXPECT_LT(log.find("Memory forecast"), log.find("[Step 1]"));
}

// Long: ctest's entry end_to_end.memory_of_10000_steps runs it.
TEST(MemoryOfALongRun, DISABLED_StaysLevelOver10000Steps) {
  torch::set_num_threads(1);
  support::TemporaryFolder folder;
  config::Settings settings = test::tiny_settings(test::write_data_set(folder.path() / "data"));
  settings.model.layers = 2;
  settings.voice.steps = 10000;
  settings.validation.interval_steps = settings.checkpoint.interval_steps = 1000;
  constexpr std::int64_t kBlockSteps = 100;
  constexpr std::int64_t kWarmUpSteps = 300;
  std::array<std::vector<double>, 2> least;
  std::int64_t steps = 0;
  core::Console console;
  run_training(test::train_request(settings, folder.path() / "run"), console, [&] {
    if (++steps <= kWarmUpSteps) return false;
    for (const Role role : {Role::kData, Role::kModel}) {
      std::vector<double>& blocks = least.at(role == Role::kData ? 0 : 1);
      const auto live = static_cast<double>(device::live_bytes(role));
      if ((steps - kWarmUpSteps) % kBlockSteps == 1) blocks.push_back(live);
      blocks.back() = std::min(blocks.back(), live);
    }
    return false;
  });
  for (const std::vector<double>& blocks : least) {
    ASSERT_GT(blocks.size(), 95U);
    const device::Trend trend = device::robust_trend(blocks, kBlockSteps);
    fmt::print("slope {:.2f} bytes a step ({:.2f} to {:.2f})\n", trend.slope, trend.low, trend.high);
    EXPECT_LE(std::abs(trend.slope), 100);
    EXPECT_LE(trend.high, 100);
  }
}

}  // namespace
}  // namespace myxtts::run
