#include "machine/recommendation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "config/presets.hpp"
#include "machine/memory_caps.hpp"

namespace myxtts::machine {
namespace {

constexpr double kMbPerGb = 1024;

struct Tier {
  std::int64_t min_gb;  // of the smaller GPU
  CapPair caps;
};
constexpr std::array<Tier, 3> kTiers{{{20, {8192, 16384}}, {12, {6144, 10240}}, {8, {4096, 6144}}}};

// Batch and buffer by the size of the smaller GPU; if a model does not fit, the rows below are tried.
struct Batches {
  std::int64_t min_gb;
  std::int64_t batch;
  std::int64_t buffer;
};
constexpr std::array<Batches, 5> kBatches{{{24, 48, 100}, {12, 32, 50}, {0, 16, 25}, {0, 8, 25}, {0, 4, 25}}};

// A big model with a smaller batch than its preset's is not recommended; a smaller model is. xtts-v2 is left out: it
// fine-tunes published weights, with its own batch size.
struct Size {
  const char* name;
  std::int64_t min_batch;
};
constexpr std::array<Size, 4> kSizes{{{"big", 32}, {"normal", 4}, {"small", 4}, {"tiny", 4}}};

const PlannedGpu& smaller_gpu(const DevicePlan& plan) {
  return plan.data_gpu.total_mb < plan.model_gpu.total_mb ? plan.data_gpu : plan.model_gpu;
}

std::int64_t rounded_gb(const PlannedGpu& gpu) { return std::lround(static_cast<double>(gpu.total_mb) / kMbPerGb); }

config::Settings settings_of(const char* size, std::int64_t batch, std::int64_t buffer) {
  config::Settings settings = config::preset(size);
  settings.run.precision = "bf16";
  settings.batch.size = batch;
  settings.batch.buffer = buffer;
  return settings;
}

bool fits(const MemoryForecast& forecast, const CapPair& caps) {
  return forecast.data.megabytes() <= caps.data_mb && forecast.model.megabytes() <= caps.model_mb;
}

std::string gpu_flags(const DevicePlan& plan) {
  if (plan.mode == DeviceMode::kSharedGpu) return fmt::format("--model-gpu {} --share-gpu", plan.model_gpu.typed_index);
  return fmt::format("--data-gpu {} --model-gpu {}", plan.data_gpu.typed_index, plan.model_gpu.typed_index);
}

}  // namespace

CapPair recommended_caps(const DevicePlan& plan) {
  const PlannedGpu& gpu = smaller_gpu(plan);
  const auto tier = std::ranges::find_if(kTiers, [&](const Tier& t) { return rounded_gb(gpu) >= t.min_gb; });
  if (tier == kTiers.end()) {
    const std::string size = gpu.total_mb > 0 ? fmt::format("{}MB", gpu.total_mb) : "of unknown memory";
    throw CapError(fmt::format("❌ GPU {}: {}, at least 8192MB needed for isolation", gpu.physical_index, size),
                   &gpu == &plan.model_gpu);
  }
  if (plan.mode != DeviceMode::kSharedGpu) return tier->caps;
  const std::int64_t available_mb = gpu.total_mb - kReserveMb;
  const std::int64_t data_mb = available_mb * tier->caps.data_mb / (tier->caps.data_mb + tier->caps.model_mb);
  return {data_mb, available_mb - data_mb};
}

Recommendation recommend(const DevicePlan& plan, const DataShape& data) {
  const CapPair caps = recommended_caps(plan);
  const std::int64_t gb = rounded_gb(smaller_gpu(plan));
  const auto start = std::ranges::find_if(kBatches, [&](const Batches& batches) { return gb >= batches.min_gb; });
  Recommendation found{caps, {}, {}};
  for (const Size& size : kSizes) {
    for (auto batches = start; batches != kBatches.end() && batches->batch >= size.min_batch; ++batches) {
      found.settings = settings_of(size.name, batches->batch, batches->buffer);
      found.forecast = forecast_memory(found.settings, data, plan.mode);
      if (fits(found.forecast, caps)) return found;
    }
  }
  return found;  // if none fits: the smallest; its forecast shows that
}

std::vector<std::string> recommendation_lines(const DevicePlan& plan, const DataShape& data) {
  const Recommendation found = recommend(plan, data);
  const config::Settings& settings = found.settings;
  return {fmt::format("   Recommended: ./myxtts train {} --enable-memory-isolation --data-gpu-memory {} "
                      "--model-gpu-memory {} --model-size {} --precision {} --batch-size {} --buffer-size {}",
                      gpu_flags(plan), found.caps.data_mb, found.caps.model_mb, settings.run.size,
                      settings.run.precision, settings.batch.size, settings.batch.buffer),
          fmt::format("   (forecast: data GPU {}MB, model GPU {}MB)", found.forecast.data.megabytes(),
                      found.forecast.model.megabytes())};
}

}  // namespace myxtts::machine
