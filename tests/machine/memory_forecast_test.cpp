#include "machine/memory_forecast.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "architecture/parameter_count.hpp"
#include "config/model_options.hpp"
#include "config/presets.hpp"

namespace myxtts::machine {
namespace {

using ::testing::HasSubstr;

DevicePlan isolated(std::int64_t data_cap_mb, std::int64_t model_cap_mb) {
  DevicePlan plan;
  plan.mode = DeviceMode::kDualGpu;
  plan.model_gpu.physical_index = 3;
  plan.isolated = true;
  plan.data_cap_mb = data_cap_mb;
  plan.model_cap_mb = model_cap_mb;
  return plan;
}

std::int64_t part(const RoleForecast& role, const std::string& name) {
  for (const MemoryPart& part : role.parts) {
    if (part.name == name) return part.bytes;
  }
  ADD_FAILURE() << "no " << name;
  return 0;
}

TEST(MemoryForecast, AParameterTakes16BytesInFp32) {
  const config::Settings settings = config::preset("xtts-v2");
  DataShape data;
  data.text_vocabulary = 6681;  // of the published vocabulary
  const RoleForecast model = forecast_memory(settings, data, DeviceMode::kDualGpu).model;
  const std::int64_t fixed = part(model, "parameters") + part(model, "gradients") + part(model, "optimiser");
  EXPECT_EQ(fixed, 16 * architecture::voice_parameters(config::voice_model_options(settings, 6681)));
  EXPECT_NEAR(static_cast<double>(fixed), 7.06e9, 0.005e9);
  EXPECT_GT(model.megabytes(), 6144);
}

TEST(MemoryForecast, HalfPrecisionKeepsSmallerActivationsAndACopyOfTheParameters) {
  config::Settings settings = config::preset("normal");
  const RoleForecast full = forecast_memory(settings, {}, DeviceMode::kDualGpu).model;
  settings.run.precision = "bf16";
  const RoleForecast half = forecast_memory(settings, {}, DeviceMode::kDualGpu).model;
  EXPECT_LT(part(half, "activations"), part(full, "activations") * 7 / 10);
  EXPECT_EQ(part(half, "parameters"), part(full, "parameters") * 3 / 2);
}

TEST(MemoryForecast, GrowsWithTheFlagsThatItNames) {
  const config::Settings settings = config::preset("small");
  const MemoryForecast before = forecast_memory(settings, {}, DeviceMode::kDualGpu);
  config::Settings wider = settings;
  wider.batch.size *= 2;
  EXPECT_GT(forecast_memory(wider, {}, DeviceMode::kDualGpu).model.bytes(), before.model.bytes());
  config::Settings deeper = settings;
  deeper.batch.buffer *= 2;
  const MemoryForecast after = forecast_memory(deeper, {}, DeviceMode::kDualGpu);
  EXPECT_GT(after.data.bytes(), before.data.bytes());
  EXPECT_EQ(after.model.bytes(), before.model.bytes());
}

TEST(MemoryForecast, SaysThatItFits) {
  for (const std::string& line : forecast_lines(config::preset("small"), {}, isolated(8192, 16384))) {
    EXPECT_THAT(line, HasSubstr("MB, fits ("));
  }
}

TEST(MemoryForecast, NamesTheFlagThatMakesItFit) {
  config::Settings settings = config::preset("normal");
  settings.batch.buffer = 400;
  const DevicePlan plan = isolated(2500, 6000);
  const MemoryForecast forecast = forecast_memory(settings, {}, plan.mode);
  ASSERT_GT(forecast.data.megabytes(), plan.data_cap_mb);
  ASSERT_GT(forecast.model.megabytes(), plan.model_cap_mb);
  const std::vector<std::string> lines = forecast_lines(settings, {}, plan);
  EXPECT_THAT(lines.at(0), HasSubstr("Data GPU 0: " + std::to_string(forecast.data.megabytes()) + "/2500MB, "));
  EXPECT_THAT(lines.at(0), HasSubstr("raise --data-gpu-memory to " + std::to_string(forecast.data.megabytes()) +
                                     ", or --buffer-size 200 ("));
  EXPECT_THAT(lines.at(1), HasSubstr(std::to_string(forecast.model.megabytes() - 6000) +
                                     "MB too much: raise --model-gpu-memory to "));
  EXPECT_THAT(lines.at(1), HasSubstr("or --batch-size 8 ("));
}

TEST(MemoryForecast, AsksForASmallerModelWhereNoBatchFits) {
  const auto lines = forecast_lines(config::preset("xtts-v2"), {}, isolated(8192, 6144));
  EXPECT_THAT(lines.at(1), HasSubstr("or a smaller --model-size"));
}

}  // namespace
}  // namespace myxtts::machine
