#include "machine/micro_batch.hpp"

#include <gtest/gtest.h>

#include "config/presets.hpp"

namespace myxtts::machine {
namespace {

constexpr std::int64_t kGpuMb = 143771;  // an H200

DevicePlan on_gpus(DeviceMode mode, std::int64_t total_mb) {
  DevicePlan plan;
  plan.mode = mode;
  plan.data_gpu.total_mb = plan.model_gpu.total_mb = total_mb;
  return plan;
}

config::Settings published() {
  config::Settings settings = config::preset("xtts-v2");
  settings.run.precision = "bf16";
  return settings;
}

MemoryForecast forecast_of(const config::BatchSettings& batch, DeviceMode mode) {
  config::Settings settings = published();
  settings.batch = batch;
  return forecast_memory(settings, {}, mode);
}

std::int64_t clips_of_step(const config::BatchSettings& batch) { return batch.size * batch.accumulation; }

TEST(MicroBatch, AStepKeepsItsClipsAtAnyMemory) {
  for (const std::int64_t total_mb : {4096, 12288, 24576, 49152, 81920, 143771}) {
    for (const DeviceMode mode : {DeviceMode::kSingleGpu, DeviceMode::kDualGpu}) {
      EXPECT_EQ(clips_of_step(fitted_batch(published(), {}, on_gpus(mode, total_mb))), 252) << total_mb;
    }
  }
}

TEST(MicroBatch, IsTheLargestThatLeavesAThirdOfTheMemory) {
  const DevicePlan plan = on_gpus(DeviceMode::kDualGpu, 24576);
  const config::BatchSettings found = fitted_batch(published(), {}, plan);
  EXPECT_GT(found.size, 3) << "more than the preset's";
  EXPECT_LE(forecast_of(found, plan.mode).model.megabytes(), 24576 * 7 / 10);
  config::BatchSettings larger = found;
  do {
    ++larger.size;
  } while (252 % larger.size != 0);
  larger.accumulation = 252 / larger.size;
  EXPECT_GT(forecast_of(larger, plan.mode).model.megabytes(), 24576 * 7 / 10);
}

TEST(MicroBatch, GrowsWithTheMemory) {
  std::int64_t before = 0;
  for (const std::int64_t total_mb : {8192, 16384, 24576, 49152, 81920, 143771}) {
    const std::int64_t size = fitted_batch(published(), {}, on_gpus(DeviceMode::kSingleGpu, total_mb)).size;
    EXPECT_GE(size, before) << total_mb;
    before = size;
  }
  EXPECT_GE(before, 84);
}

TEST(MicroBatch, BothRolesOfOneGpuShareItsMemory) {
  const config::BatchSettings found = fitted_batch(published(), {}, on_gpus(DeviceMode::kSingleGpu, 24576));
  const MemoryForecast forecast = forecast_of(found, DeviceMode::kSingleGpu);
  EXPECT_LE(forecast.data.megabytes() + forecast.model.megabytes(), 24576 * 7 / 10);
}

TEST(MicroBatch, ACapCountsInsteadOfTheGpu) {
  DevicePlan plan = on_gpus(DeviceMode::kDualGpu, kGpuMb);
  plan.data_cap_mb = 8192;
  plan.model_cap_mb = 16384;
  const config::BatchSettings found = fitted_batch(published(), {}, plan);
  EXPECT_LE(forecast_of(found, plan.mode).model.megabytes(), 16384 * 7 / 10);
  plan.model_cap_mb = kGpuMb;
  plan.data_cap_mb = 2500;
  const config::BatchSettings narrow = fitted_batch(published(), {}, plan);
  EXPECT_GT(narrow.size, 3);
  EXPECT_LE(forecast_of(narrow, plan.mode).data.megabytes(), 2500 * 7 / 10);
}

TEST(MicroBatch, OfLongerClipsFewerFit) {
  DataShape longer;
  longer.mean_seconds = 11;
  longer.mean_text_tokens = 180;
  const DevicePlan plan = on_gpus(DeviceMode::kSingleGpu, 24576);
  EXPECT_LT(fitted_batch(published(), longer, plan).size, fitted_batch(published(), {}, plan).size);
}

TEST(MicroBatch, FewClipsMakeNoLargeBatches) {
  const auto size_for = [](std::int64_t clips) {
    DataShape data;
    data.clips = clips;
    return fitted_batch(published(), data, on_gpus(DeviceMode::kSingleGpu, kGpuMb)).size;
  };
  EXPECT_EQ(size_for(24), 12) << "two batches an epoch";
  EXPECT_EQ(size_for(100), 21) << "five of 20 clips";
  EXPECT_EQ(size_for(1), 3) << "the preset's";
}

TEST(MicroBatch, IsThePresetsWhereNoLargerOneFits) {
  for (const std::int64_t total_mb : {4096, 12288}) {
    EXPECT_EQ(fitted_batch(published(), {}, on_gpus(DeviceMode::kDualGpu, total_mb)).size, 3) << total_mb;
  }
}

TEST(MicroBatch, StaysOnACpuAndOnAGpuOfUnknownMemory) {
  for (const DevicePlan& plan : {DevicePlan{}, on_gpus(DeviceMode::kSingleGpu, 0)}) {
    const config::BatchSettings found = fitted_batch(published(), {}, plan);
    EXPECT_EQ(found.size, 3);
    EXPECT_EQ(found.accumulation, 84);
  }
}

}  // namespace
}  // namespace myxtts::machine
