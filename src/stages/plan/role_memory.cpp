#include "stages/plan/role_memory.hpp"

#include <algorithm>

#include "architecture/speech.hpp"

namespace myxtts::stages {
namespace {

constexpr std::int64_t kMiB = 1 << 20;
constexpr std::int64_t kSlots = 2;

}  // namespace

std::int64_t RoleForecast::bytes() const {
  std::int64_t sum = 0;
  for (const MemoryPart& part : parts) sum += part.bytes;
  return sum;
}

std::int64_t RoleForecast::megabytes() const { return (bytes() + kMiB - 1) / kMiB; }

bool is_half_precision(const config::Settings& settings) {
  return settings.run.precision == "bf16" || settings.run.precision == "fp16";
}

std::int64_t frames_of(double seconds) {
  return static_cast<std::int64_t>(seconds * architecture::kSampleRateHz) / architecture::kHopSamples + 1;
}

std::int64_t held_out_rows(const config::Settings& settings, const DataShape& data) {
  const double share = settings.data.validation_share.value_or(config::kValidationShare);
  const auto held_out = static_cast<std::int64_t>(share * static_cast<double>(data.clips)) + 1;
  return std::min(held_out, settings.validation.max_clips);
}

std::int64_t mel_workspace(const config::Settings& settings, const DataShape& data) {
  const std::int64_t clip = frames_of(data.longest_seconds) * architecture::kWindowSamples;
  const double prompt_seconds = std::min(settings.conditioning.prompt_seconds, data.longest_seconds);
  const std::int64_t prompt = frames_of(prompt_seconds) * architecture::kConditioningFftSamples;
  return 2 * std::max(clip, prompt) * kFloatBytes;
}

std::vector<MemoryPart> trained_parts(std::int64_t parameters, bool half_copy) {
  return {{"parameters", parameters * (half_copy ? kFloatBytes + 2 : kFloatBytes)},
          {"gradients", parameters * kFloatBytes},
          {"optimiser", 2 * parameters * kFloatBytes}};
}

void add_step(std::vector<MemoryPart>& parts, const StepMemory& step, std::int64_t batch_bytes) {
  parts.push_back({"activations", step.kept});
  parts.push_back({"backward pass", step.working});
  parts.push_back({"transfer slots", kSlots * batch_bytes});
}

}  // namespace myxtts::stages
