#include "run/memory_report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "machine/memory_forecast.hpp"
#include "stages/run_data.hpp"

namespace myxtts::run {
namespace {

bool has_caps(const machine::DevicePlan& plan) { return plan.data_cap_mb > 0 && plan.model_cap_mb > 0; }

std::string line_of(const char* name, const machine::PlannedGpu& gpu, const stages::RoleForecast& forecast,
                    const device::MemoryUse& use) {
  return fmt::format("Memory used: {} GPU {}: at most {}MB of {}MB (forecast {}MB)", name, gpu.physical_index,
                     (max_in_use(use) + (1 << 20) - 1) >> 20, use.cap >> 20, forecast.megabytes());
}

}  // namespace

std::int64_t max_in_use(const device::MemoryUse& use) { return std::max(use.peak, use.reserved) + use.overhead; }

stages::DataShape shape_of(const stages::TrainingData& data) {
  stages::DataShape shape;
  shape.clips = static_cast<std::int64_t>(data.train.size() + data.validation.size());
  double tokens = 0;
  shape.longest_seconds = shape.longest_text_tokens = 0;
  for (const dataset::Clip& clip : data.train.clips()) {
    const auto text = static_cast<double>(clip.tokens.size());
    tokens += text;
    shape.longest_text_tokens = std::max(shape.longest_text_tokens, text);
    shape.longest_seconds = std::max(shape.longest_seconds, clip.audio.seconds());
  }
  const auto clips = static_cast<double>(data.train.size());
  shape.mean_seconds = data.train.total_seconds() / clips;
  shape.mean_text_tokens = tokens / clips;
  shape.text_vocabulary = stages::tokenizer_of(data).vocabulary_size();
  return shape;
}

void print_forecast(const config::Settings& settings, const stages::DataShape& data, const machine::DevicePlan& plan,
                    core::Console& console) {
  if (!has_caps(plan)) return;
  for (const std::string& line : machine::forecast_lines(settings, data, plan)) console.info(line);
}

void print_memory_used(const config::Settings& settings, const stages::DataShape& data, const machine::DevicePlan& plan,
                       const device::DeviceRuntime& runtime, core::Console& console) {
  if (!has_caps(plan)) return;
  const machine::MemoryForecast forecast = machine::forecast_memory(settings, data, plan.mode);
  console.info(line_of("Data", plan.data_gpu, forecast.data, runtime.memory(device::Role::kData)));
  console.info(line_of("Model", plan.model_gpu, forecast.model, runtime.memory(device::Role::kModel)));
}

}  // namespace myxtts::run
