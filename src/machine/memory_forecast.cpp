#include "machine/memory_forecast.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "architecture/parameter_count.hpp"
#include "architecture/speech.hpp"
#include "config/model_options.hpp"
#include "machine/memory_caps.hpp"

namespace myxtts::machine {
namespace {

constexpr std::int64_t kFloat = 4;
constexpr std::int64_t kMiB = 1 << 20;
constexpr std::int64_t kInHand = 3;  // batches that are being made, moved or delivered, beside the buffer
constexpr std::int64_t kSlots = 2;
// Share of what tensors take that the allocator's segments take on top. A guess: not verified on a GPU.
constexpr double kSegmentShare = 0.1;

std::int64_t held_out_rows(const config::Settings& settings, const DataShape& data) {
  const double share = settings.data.validation_share.value_or(config::kValidationShare);
  const auto held_out = static_cast<std::int64_t>(share * static_cast<double>(data.clips)) + 1;
  return std::min(held_out, settings.validation.max_clips);
}

// Windowed frames and their spectrum, for the longest clip or a prompt.
std::int64_t mel_workspace(const config::Settings& settings, const DataShape& data) {
  const std::int64_t clip = frames_of(data.longest_seconds) * architecture::kWindowSamples;
  const double prompt_seconds = std::min(settings.conditioning.prompt_seconds, data.longest_seconds);
  const std::int64_t prompt = frames_of(prompt_seconds) * architecture::kConditioningFftSamples;
  return 2 * std::max(clip, prompt) * kFloat;
}

// The frozen codec on the longest clip: three of its widest activations, and distances to every code.
std::int64_t encoding_workspace(const config::CodecSettings& codec, const DataShape& data) {
  const std::int64_t codes = frames_of(data.longest_seconds) / architecture::kFramesPerCode + 1;
  return codes * (3 * 2 * codec.hidden + 2 * codec.codes) * kFloat;
}

std::int64_t cached_codes(const config::Settings& settings, const DataShape& data) {
  const double samples = static_cast<double>(data.clips) * data.mean_seconds * architecture::kSampleRateHz;
  const auto codes = static_cast<std::int64_t>(samples / architecture::kSamplesPerCode);
  return std::min(config::code_cache_mb(settings) * kMiB, codes * 8);
}

RoleForecast codec_data_role(const config::Settings& settings, const DataShape& data) {
  const std::int64_t batch = codec_batch_bytes(settings.codec);
  const std::int64_t row = batch / settings.codec.batch_size;
  return {"codec",
          {{"prefetch buffer", (settings.batch.buffer + kInHand) * batch},
           {"held-out batches", held_out_rows(settings, data) * row},
           {"workspace", mel_workspace(settings, data)}}};
}

RoleForecast voice_data_role(const config::Settings& settings, const DataShape& data) {
  const BatchShape shape = planned_batch(settings, data);
  const std::int64_t batch = voice_batch_bytes(shape);
  const architecture::CodecOptions codec = config::codec_options(settings.codec);
  const std::int64_t workspace = std::max(mel_workspace(settings, data), encoding_workspace(settings.codec, data));
  return {"voice",
          {{"frozen codec", (codec_parameters(codec) + codec_buffers(codec)) * kFloat},
           {"prefetch buffer", (settings.batch.buffer + kInHand) * batch},
           {"code cache", cached_codes(settings, data)},
           {"held-out batches", held_out_rows(settings, data) * (batch / shape.rows)},
           {"workspace", workspace}}};
}

// Parameters, gradients and two moments: 16 bytes a parameter; in half precision also a copy in two bytes.
std::vector<MemoryPart> trained(std::int64_t parameters, bool half_copy) {
  return {{"parameters", parameters * (half_copy ? kFloat + 2 : kFloat)},
          {"gradients", parameters * kFloat},
          {"optimiser", 2 * parameters * kFloat}};
}

void add_step(std::vector<MemoryPart>& parts, const StepMemory& step, std::int64_t batch_bytes) {
  parts.push_back({"activations", step.kept});
  parts.push_back({"backward pass", step.working});
  parts.push_back({"transfer slots", kSlots * batch_bytes});
}

RoleForecast codec_model_role(const config::Settings& settings) {
  const architecture::CodecOptions codec = config::codec_options(settings.codec);
  RoleForecast role{"codec", trained(codec_parameters(codec), is_half_precision(settings))};
  role.parts.push_back({"codebook", codec_buffers(codec) * kFloat});
  add_step(role.parts, codec_step_memory(settings), codec_batch_bytes(settings.codec));
  return role;
}

RoleForecast voice_model_role(const config::Settings& settings, const DataShape& data, bool on_gpu) {
  const BatchShape shape = planned_batch(settings, data);
  const auto options = config::voice_model_options(settings, data.text_vocabulary);
  RoleForecast role{"voice", trained(voice_parameters(options), is_half_precision(settings))};
  add_step(role.parts, voice_step_memory(settings, shape, data.text_vocabulary, on_gpu), voice_batch_bytes(shape));
  return role;
}

RoleForecast larger(RoleForecast a, RoleForecast b) { return a.bytes() > b.bytes() ? std::move(a) : std::move(b); }

void add_gpu_parts(RoleForecast& role, DeviceMode mode) {
  if (mode == DeviceMode::kCpu) return;
  const auto segments = static_cast<std::int64_t>(kSegmentShare * static_cast<double>(role.bytes()));
  role.parts.push_back({"allocator segments", segments});
  role.parts.push_back({"CUDA context", (mode == DeviceMode::kDualGpu ? kReserveMb : kReserveMb / 2) * kMiB});
}

// The largest value under `value`, halved as often as needed, whose forecast fits; 0 where none does.
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

std::int64_t RoleForecast::bytes() const {
  std::int64_t sum = 0;
  for (const MemoryPart& part : parts) sum += part.bytes;
  return sum;
}

std::int64_t RoleForecast::megabytes() const { return (bytes() + kMiB - 1) / kMiB; }

MemoryForecast forecast_memory(const config::Settings& settings, const DataShape& data, DeviceMode mode) {
  const bool on_gpu = mode != DeviceMode::kCpu;
  MemoryForecast forecast{larger(codec_data_role(settings, data), voice_data_role(settings, data)),
                          larger(codec_model_role(settings), voice_model_role(settings, data, on_gpu))};
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
