#include "machine/gpu_inventory.hpp"

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "core/file_system.hpp"
#include "core/stopwatch.hpp"
#include "support/fake_file_system.hpp"
#include "support/places.hpp"

namespace myxtts::machine {
namespace {

using testing::ElementsAre;

TEST(InventoryTiming, AnswersWithinTheTimeOfAnError) {
  double shortest_ms = 1e9;
  double limit_ms = 0;
  for (int attempt = 0; attempt < 20 && shortest_ms > limit_ms; ++attempt) {
    const core::Stopwatch watch;
    limit_ms = nvml_inventory()->gpus().empty() ? 100 : 1000;  // a driver may take a second
    shortest_ms = std::min(shortest_ms, watch.milliseconds());
  }
  EXPECT_LE(shortest_ms, limit_ms);
}

TEST(Inventory, HasNoGpusWithoutADriver) {
  const auto inventory = nvml_inventory();
  EXPECT_TRUE(inventory->driver_present() || inventory->gpus().empty());
}

TEST(Inventory, SaysNothingOfAGpuThatIsNotThere) {
  const auto inventory = nvml_inventory();
  for (const int index : {-1, static_cast<int>(inventory->gpus().size())}) {
    EXPECT_FALSE(inventory->memory(index));
    EXPECT_FALSE(inventory->utilization(index));
    EXPECT_FALSE(inventory->process_memory(index, 1));
  }
}

constexpr std::string_view kGpus = R"({"gpus": [
  {"total_mb": 24576, "used_mb": 576, "utilization": 37, "name": "First", "uuid": "GPU-a", "peers": [2],
   "processes": [{"pid": 11, "used_mb": 100}, {"pid": 12, "used_mb": 200}]},
  {"total_mb": 40960, "name": "Divided", "uuid": "GPU-b", "peers": [],
   "mig": [{"total_mb": 9856, "uuid": "MIG-a"}, {"total_mb": 19968, "uuid": "MIG-b"}]},
  {"total_mb": 8192, "used_mb": 700, "name": "Third", "uuid": "GPU-c", "peers": [0],
   "processes": [{"pid": 11, "used_mb": 300}]}]})";

// The fake driver, loaded before the inventory asks for one by that name.
class NvmlTest : public testing::Test {
 protected:
  NvmlTest() : driver_(::dlopen((support::binary_folder() / "fake_driver/libnvidia-ml.so.1").c_str(), RTLD_NOW)) {
    const core::Path file = folder_.path() / "gpus.json";
    core::local_file_system().write(file, std::span(&kGpus, 1));
    ::setenv("MYXTTS_FAKE_GPU_FILE", file.c_str(), 1);
  }
  ~NvmlTest() override {
    ::unsetenv("MYXTTS_FAKE_GPU_FILE");
    ::dlclose(driver_);
  }

  void SetUp() override { ASSERT_NE(driver_, nullptr) << ::dlerror(); }

 private:
  support::TemporaryFolder folder_;
  void* driver_;
};

TEST_F(NvmlTest, EveryFieldIsRead) {
  const auto inventory = nvml_inventory();
  EXPECT_TRUE(inventory->driver_present());
  const std::vector<GpuInfo> gpus = inventory->gpus();
  ASSERT_EQ(gpus.size(), 3U);
  EXPECT_EQ(gpus[0].index, 0);
  EXPECT_EQ(gpus[0].name, "First");
  EXPECT_EQ(gpus[0].uuid, "GPU-a");
  EXPECT_EQ(gpus[0].total_mb, 24576);
  EXPECT_EQ(gpus[0].used_mb, 576);
  EXPECT_EQ(gpus[0].free_mb, 24000);
  EXPECT_EQ(gpus[0].utilization_percent, 37);
  EXPECT_THAT(gpus[0].peer_to, ElementsAre(2));
  EXPECT_TRUE(gpus[0].mig_slices.empty());
  EXPECT_EQ(gpus[2].index, 2);
  EXPECT_THAT(gpus[2].peer_to, ElementsAre(0));
}

TEST_F(NvmlTest, SlicesOfADividedGpuAreRead) {
  const GpuInfo gpu = nvml_inventory()->gpus().at(1);
  ASSERT_EQ(gpu.mig_slices.size(), 2U);
  EXPECT_EQ(gpu.mig_slices[1].uuid, "MIG-b");
  EXPECT_EQ(gpu.mig_slices[1].total_mb, 19968);
  EXPECT_FALSE(gpu.utilization_percent) << "NVML knows none of a divided GPU";
  EXPECT_TRUE(gpu.peer_to.empty());
}

TEST_F(NvmlTest, ASamplerAsksOneGpuAtATime) {
  const auto inventory = nvml_inventory();
  EXPECT_EQ(inventory->utilization(0), 37);
  EXPECT_FALSE(inventory->utilization(1));
  ASSERT_TRUE(inventory->memory(2));
  EXPECT_EQ(inventory->memory(2)->total_mb, 8192);
  EXPECT_FALSE(inventory->memory(3));
}

void expect_memory(int index, std::int64_t process, std::int64_t megabytes, ProcessMemory::Of of) {
  const auto memory = nvml_inventory()->process_memory(index, process);
  ASSERT_TRUE(memory);
  EXPECT_EQ(memory->bytes, megabytes << 20);
  EXPECT_EQ(memory->of, of);
}

TEST_F(NvmlTest, AProcessThatTheDriverKnowsIsTakenByItsId) {
  expect_memory(0, 12, 200, ProcessMemory::Of::kProcess);
  expect_memory(2, 11, 300, ProcessMemory::Of::kProcess);
}

TEST_F(NvmlTest, TheOnlyProcessOfAGpuIsItsUserByWhateverId) {
  expect_memory(2, 12, 300, ProcessMemory::Of::kOnlyProcess);
}

TEST_F(NvmlTest, AmongOthersAnUnknownProcessHasAtMostWhatAllHave) {
  expect_memory(0, 13, 576, ProcessMemory::Of::kEveryProcess);
}

TEST_F(NvmlTest, WhereNoProcessIsListedAnUnknownOneHasAtMostWhatIsInUse) {
  expect_memory(1, 12, 0, ProcessMemory::Of::kEveryProcess);
}

}  // namespace
}  // namespace myxtts::machine
