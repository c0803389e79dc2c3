#include "machine/gpu_inventory.hpp"

#include <gtest/gtest.h>

#include "core/stage_clock.hpp"

namespace myxtts::machine {
namespace {

TEST(Inventory, AnswersWithinTheTimeOfAnError) {
  const core::Stopwatch watch;
  const auto inventory = nvml_inventory();
  const auto gpus = inventory->gpus();
  EXPECT_LT(watch.milliseconds(), gpus.empty() ? 100 : 1000);  // a driver may take a second
  if (!inventory->driver_present()) EXPECT_TRUE(gpus.empty());
}

TEST(Inventory, SaysNothingOfAGpuThatIsNotThere) {
  const auto inventory = nvml_inventory();
  for (const int index : {-1, static_cast<int>(inventory->gpus().size())}) {
    EXPECT_FALSE(inventory->memory(index));
    EXPECT_FALSE(inventory->utilization(index));
    EXPECT_FALSE(inventory->process_bytes(index, 1));
  }
}

}  // namespace
}  // namespace myxtts::machine
