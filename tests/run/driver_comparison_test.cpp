#include "run/driver_comparison.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "support/fake_inventory.hpp"

namespace myxtts::run {
namespace {

using machine::ProcessMemory;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Of = ProcessMemory::Of;

constexpr std::int64_t kMegabyte = 1 << 20;

class DriverComparisonTest : public ::testing::Test {
 protected:
  DriverComparisonTest() {
    console_.keep_in([this](std::string_view line) { lines_.emplace_back(line); });
    plan_.mode = machine::DeviceMode::kSharedGpu;
    plan_.isolated = true;
    plan_.data_cap_mb = 100;
    plan_.model_cap_mb = 200;
  }

  // The lines when the driver counts so much, twice.
  std::vector<std::string> compared_twice(std::int64_t megabytes, Of of) {
    return compared_twice_with(ProcessMemory{megabytes * kMegabyte, of});
  }
  std::vector<std::string> compared_twice_with(std::optional<ProcessMemory> memory) {
    inventory_.hold(memory);
    lines_.clear();
    DriverComparison comparison(inventory_);
    for (int i = 0; i < 2; ++i) comparison.compare(plan_, console_);
    return lines_;
  }

  machine::DevicePlan plan_;
  support::FakeInventory inventory_{1};
  core::Console console_{true};
  std::vector<std::string> lines_;
};

constexpr const char* kOnlyProcess =
    "Shared GPU 0: the driver does not know this process by its id, as in a container: its cap is compared with the "
    "only "
    "process on the GPU.";
constexpr const char* kEveryProcess =
    "Shared GPU 0: the driver does not know this process by its id, as in a container: its cap is compared with all "
    "processes on the GPU together, of which it has at most as much.";
constexpr const char* kOverCap = "⚠️ Shared GPU 0: the driver counts 301MB for this process, 1MB over the cap of 300MB";

TEST_F(DriverComparisonTest, WarnsEachTimeWhenTheProcessIsOverItsCap) {
  EXPECT_THAT(compared_twice(300, Of::kProcess), IsEmpty());
  EXPECT_THAT(compared_twice(301, Of::kProcess), ElementsAre(kOverCap, kOverCap));
}

TEST_F(DriverComparisonTest, SaysOnceThatTheOnlyProcessStandsForThisOne) {
  EXPECT_THAT(compared_twice(300, Of::kOnlyProcess), ElementsAre(kOnlyProcess));
  EXPECT_THAT(compared_twice(301, Of::kOnlyProcess), ElementsAre(kOnlyProcess, kOverCap, kOverCap));
}

TEST_F(DriverComparisonTest, SaysOnceWhatAllProcessesTogetherTell) {
  EXPECT_THAT(compared_twice(300, Of::kEveryProcess), ElementsAre(kEveryProcess));
  EXPECT_THAT(
      compared_twice(301, Of::kEveryProcess),
      ElementsAre(kEveryProcess,
                  "⚠️ Shared GPU 0: all processes together take more than the cap of 300MB, and the driver does not "
                  "tell how much of it is this one's: whether it keeps to the cap is not verified"));
}

TEST_F(DriverComparisonTest, SaysOnceThatADriverReportsNothing) {
  EXPECT_THAT(compared_twice_with(std::nullopt),
              ElementsAre("Shared GPU 0: the driver does not report its memory: the cap is not compared with it."));
}

TEST_F(DriverComparisonTest, TwoGpusAreComparedEachWithItsOwnCap) {
  plan_.mode = machine::DeviceMode::kDualGpu;
  plan_.model_gpu.physical_index = 1;
  EXPECT_THAT(compared_twice(150, Of::kProcess),
              ElementsAre("⚠️ Data GPU 0: the driver counts 150MB for this process, 50MB over the cap of 100MB",
                          "⚠️ Data GPU 0: the driver counts 150MB for this process, 50MB over the cap of 100MB"));
}

TEST_F(DriverComparisonTest, WithoutAGpuNoDriverIsAsked) {
  plan_.mode = machine::DeviceMode::kCpu;
  EXPECT_THAT(compared_twice(1000, Of::kProcess), IsEmpty());
  EXPECT_EQ(inventory_.asked, 0);
}

}  // namespace
}  // namespace myxtts::run
