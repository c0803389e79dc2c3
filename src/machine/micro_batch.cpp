#include "machine/micro_batch.hpp"

#include <algorithm>
#include <cmath>

#include "machine/memory_caps.hpp"

namespace myxtts::machine {
namespace {

// The forecast was never compared with a GPU, and the longest batches of a set are larger than its mean one.
constexpr double kMaxShare = 0.7;
constexpr double kMaxDeviation = 0.05;  // of a batch's clips from batch.size

bool is_within(std::int64_t forecast_mb, std::int64_t memory_mb) {
  return forecast_mb <= share_of_mb(memory_mb, kMaxShare);
}

bool fits(const config::Settings& settings, const DataShape& data, const DevicePlan& plan) {
  const MemoryForecast forecast = forecast_memory(settings, data, plan.mode);
  const std::int64_t data_mb = forecast.data.megabytes();
  const std::int64_t model_mb = forecast.model.megabytes();
  if (plan.data_cap_mb > 0) return is_within(data_mb, plan.data_cap_mb) && is_within(model_mb, plan.model_cap_mb);
  if (plan.mode != DeviceMode::kDualGpu) return is_within(data_mb + model_mb, plan.model_gpu.total_mb);
  return is_within(data_mb, plan.data_gpu.total_mb) && is_within(model_mb, plan.model_gpu.total_mb);
}

// Whether the batches of an epoch hold about as many clips as they should: few clips do not make large batches.
bool fills(const config::BatchSettings& batch, const DataShape& data) {
  const auto clips = static_cast<double>(data.clips);
  const auto size = static_cast<double>(batch.size);
  const double batches = batch.by == "count" ? std::ceil(clips / size) : std::round(clips / size);
  return std::abs(clips / std::max(batches, 1.0) - size) <= kMaxDeviation * size;
}

}  // namespace

config::BatchSettings fitted_batch(const config::Settings& settings, const DataShape& data, const DevicePlan& plan) {
  if (!plan.uses_gpu() || plan.data_gpu.total_mb == 0 || plan.model_gpu.total_mb == 0) return settings.batch;
  const std::int64_t step_clips = settings.batch.size * settings.batch.accumulation;
  config::Settings tried = settings;
  for (std::int64_t parts = 1; parts < settings.batch.accumulation; ++parts) {
    if (step_clips % parts != 0) continue;
    tried.batch.size = step_clips / parts;
    tried.batch.accumulation = parts;
    if (fills(tried.batch, data) && fits(tried, data, plan)) return tried.batch;
  }
  return settings.batch;
}

}  // namespace myxtts::machine
