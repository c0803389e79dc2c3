#include "machine/memory_forecast.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "machine/memory_caps.hpp"

namespace myxtts::machine {
namespace {

constexpr std::int64_t kMiB = 1 << 20;
// Overhead of the allocator's segments, as a share of the tensors' memory. A guess: not verified on a GPU.
constexpr double kSegmentShare = 0.1;

RoleForecast larger(RoleForecast a, RoleForecast b) { return a.bytes() > b.bytes() ? std::move(a) : std::move(b); }

void add_gpu_parts(RoleForecast& role, DeviceMode mode) {
  if (mode == DeviceMode::kCpu) return;
  const auto segments = static_cast<std::int64_t>(kSegmentShare * static_cast<double>(role.bytes()));
  role.parts.push_back({"allocator segments", segments});
  role.parts.push_back({"CUDA context", (mode == DeviceMode::kDualGpu ? kReserveMb : kReserveMb / 2) * kMiB});
}

// Halves `value` at least once, until its forecast fits; 0 if no half fits.
std::int64_t largest_that_fits(std::int64_t value, const std::function<bool(std::int64_t)>& fits) {
  do {
    value /= 2;
  } while (value > 0 && !fits(value));
  return value;
}

std::string parts_of(const RoleForecast& role) {
  std::string text;
  for (const MemoryPart& part : role.parts) {
    text += fmt::format("{}{} {:.1f}", text.empty() ? "" : ", ", part.name,
                        static_cast<double>(part.bytes) / static_cast<double>(kMiB));
  }
  return text;
}

std::string line_of(const char* name, const PlannedGpu& gpu, const RoleForecast& role, std::int64_t cap_mb,
                    const std::string& advice) {
  const std::int64_t missing = role.megabytes() - cap_mb;
  const std::string verdict = missing <= 0 ? "fits" : fmt::format("{}MB too much: {}", missing, advice);
  return fmt::format("Memory forecast: {} GPU {}: {}/{}MB, {} ({} stage, in MB: {})", name, gpu.physical_index,
                     role.megabytes(), cap_mb, verdict, role.stage, parts_of(role));
}

}  // namespace

MemoryForecast forecast_memory(const config::Settings& settings, const DataShape& data, DeviceMode mode,
                               stages::PlanList plans) {
  MemoryForecast forecast;
  for (const stages::StagePlan* plan : plans) {
    forecast.data = larger(plan->data_role(settings, data), std::move(forecast.data));
    forecast.model = larger(plan->model_role(settings, data, mode != DeviceMode::kCpu), std::move(forecast.model));
  }
  add_gpu_parts(forecast.data, mode);
  add_gpu_parts(forecast.model, mode);
  return forecast;
}

std::vector<std::string> forecast_lines(const config::Settings& settings, const DataShape& data,
                                        const DevicePlan& plan) {
  const MemoryForecast forecast = forecast_memory(settings, data, plan.mode);
  const std::int64_t buffer = largest_that_fits(settings.batch.buffer, [&](std::int64_t batches) {
    config::Settings smaller = settings;
    smaller.batch.buffer = batches;
    return forecast_memory(smaller, data, plan.mode).data.megabytes() <= plan.data_cap_mb;
  });
  const std::int64_t size = largest_that_fits(settings.batch.size, [&](std::int64_t clips) {
    config::Settings smaller = settings;
    smaller.batch.size = clips;
    return forecast_memory(smaller, data, plan.mode).model.megabytes() <= plan.model_cap_mb;
  });
  const std::string data_advice = buffer > 0 ? fmt::format(", or --buffer-size {}", buffer) : "";
  const std::string model_advice =
      size > 0 ? fmt::format(", or --batch-size {}", size) : std::string(", or a smaller --model-size");
  return {line_of("Data", plan.data_gpu, forecast.data, plan.data_cap_mb,
                  fmt::format("raise --data-gpu-memory to {}{}", forecast.data.megabytes(), data_advice)),
          line_of("Model", plan.model_gpu, forecast.model, plan.model_cap_mb,
                  fmt::format("raise --model-gpu-memory to {}{}", forecast.model.megabytes(), model_advice))};
}

}  // namespace myxtts::machine
