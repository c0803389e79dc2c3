// The forecast's closed formulas against the modules and against what a step really takes.

#include "machine/memory_forecast.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "architecture/parameter_count.hpp"
#include "architecture/speech.hpp"
#include "architecture/voice_row.hpp"
#include "config/model_options.hpp"
#include "config/presets.hpp"
#include "device/role_allocator.hpp"
#include "model/codec.hpp"
#include "model/gpt.hpp"
#include "preparation/voice_packing.hpp"
#include "stages/plan/codec_plan.hpp"
#include "stages/plan/voice_plan.hpp"
#include "training/codec_learner.hpp"
#include "training/voice_learner.hpp"

namespace myxtts::run {
namespace {

using device::Role;

constexpr std::int64_t kVocabulary = 64;

std::int64_t count(const std::vector<torch::Tensor>& tensors) {
  std::int64_t numbers = 0;
  for (const torch::Tensor& tensor : tensors) numbers += tensor.numel();
  return numbers;
}

TEST(ParameterCount, IsExactForEverySize) {
  for (const char* size : {"tiny", "small", "normal", "big", "xtts-v2"}) {
    const config::Settings settings = config::preset(size);
    model::Initialiser shapes(1, torch::kMeta);
    const architecture::CodecOptions codec_options = config::codec_options(settings.codec);
    const model::Codec codec(codec_options, shapes);
    EXPECT_EQ(architecture::codec_parameters(codec_options), count(codec.parameters())) << size;
    EXPECT_EQ(architecture::codec_buffers(codec_options), count(codec.buffers())) << size;
    const auto voice_options = config::voice_model_options(settings, kVocabulary);
    const model::VoiceModel voice(voice_options, shapes);
    EXPECT_EQ(architecture::voice_parameters(voice_options), count(voice.parameters())) << size;
    std::int64_t largest = 0;
    for (const torch::Tensor& parameter : voice.parameters()) largest = std::max(largest, parameter.numel());
    EXPECT_EQ(architecture::largest_voice_matrix(voice_options), largest) << size;
  }
}

stages::DataShape short_clips() {
  stages::DataShape data;
  data.mean_seconds = 2.0;
  data.mean_text_tokens = 30;
  data.text_vocabulary = kVocabulary;
  return data;
}

// A batch of the shape that is planned.
contracts::DeviceBatch voice_batch(const config::Settings& settings, const stages::DataShape& data) {
  const stages::BatchShape shape = stages::planned_batch(settings, data);
  const std::int64_t codes = shape.audio_inputs / shape.rows - 1 - architecture::kAudioStopInputs;
  const std::vector<std::int32_t> text(static_cast<std::size_t>(data.mean_text_tokens), 7);
  std::vector<preparation::VoiceRow> rows(static_cast<std::size_t>(shape.rows));
  for (preparation::VoiceRow& row : rows) {
    row.text = text;
    row.codes = torch::zeros({codes}, torch::kInt64);
    row.prompt = torch::zeros({shape.prompt_frames / shape.rows, architecture::kMelBins});
  }
  contracts::DeviceBatch batch;
  const preparation::PackingOptions packing{0, 1, settings.codec.codes, settings.codec.codes + 1, true};
  contracts::VoiceBatch payload = preparation::pack_groups(rows, {}, packing, shape.text_inputs, shape.audio_inputs);
  EXPECT_EQ(payload.groups.front().order.size(0), shape.tokens);
  batch.batch.payload = std::move(payload);
  return batch;
}

// What a learner and two of its steps take at most, in the model role.
template <typename MakeLearner>
std::int64_t peak_of(const MakeLearner& make_learner, const contracts::DeviceBatch& batch) {
  device::install_role_allocator();
  const device::RoleScope scope(Role::kModel);
  const std::int64_t before = device::live_bytes(Role::kModel);
  const auto learner = make_learner();
  device::reset_peak_bytes(Role::kModel);
  for (std::int64_t step = 1; step <= 2; ++step) {
    learner->accumulate(batch);
    (void)learner->update(step);
  }
  return device::peak_bytes(Role::kModel) - before;
}

std::int64_t forecast_without_slots(const stages::RoleForecast& role) {
  std::int64_t bytes = role.bytes();
  for (const stages::MemoryPart& part : role.parts) bytes -= part.name == "transfer slots" ? part.bytes : 0;
  return bytes;
}

void expect_near(std::int64_t forecast, std::int64_t measured, double factor, const std::string& what) {
  const double ratio = static_cast<double>(forecast) / static_cast<double>(measured);
  ::testing::Test::RecordProperty(what, fmt::format("{:.3f}", ratio));
  EXPECT_GT(ratio, 1 / factor) << what << ": " << forecast << " forecast, " << measured << " measured";
  EXPECT_LT(ratio, factor) << what << ": " << forecast << " forecast, " << measured << " measured";
}

TEST(MemoryForecast, VoiceStepTakesWhatWasForecast) {
  torch::set_num_threads(1);
  for (const char* size : {"tiny", "small"}) {
    config::Settings settings = config::preset(size);
    settings.batch.size = 4;
    settings.voice.steps = 2;
    const stages::DataShape data = short_clips();
    const contracts::DeviceBatch batch = voice_batch(settings, data);
    EXPECT_EQ(stages::voice_batch_bytes(stages::planned_batch(settings, data)), contracts::bytes_of(batch.batch))
        << size;
    const auto options = config::voice_model_options(settings, kVocabulary);
    const std::int64_t measured = peak_of(
        [&] {
          model::Initialiser initialiser(1);
          return std::make_unique<training::VoiceLearner>(std::make_shared<model::VoiceModel>(options, initialiser),
                                                          settings);
        },
        batch);
    const auto forecast = machine::forecast_memory(settings, data, machine::DeviceMode::kCpu).model;
    ASSERT_EQ(forecast.stage, "voice");
    expect_near(forecast_without_slots(forecast), measured, 1.2, fmt::format("voice_{}", size));
    const auto fixed = 16 * architecture::voice_parameters(options);
    expect_near(forecast_without_slots(forecast) - fixed, measured - fixed, 1.3, fmt::format("voice_step_{}", size));
  }
}

TEST(MemoryForecast, CodecStepTakesWhatWasForecast) {
  torch::set_num_threads(1);
  for (const char* size : {"tiny", "small"}) {
    config::Settings settings = config::preset(size);
    settings.codec.steps = 2;
    settings.codec.codebook_step = 1;
    contracts::DeviceBatch batch;
    const std::int64_t frames = settings.codec.crop_frames;
    batch.batch.payload =
        contracts::CodecBatch{torch::rand({settings.codec.batch_size, architecture::kMelBins, frames}),
                              torch::ones({settings.codec.batch_size, frames})};
    EXPECT_EQ(stages::codec_batch_bytes(settings.codec), contracts::bytes_of(batch.batch)) << size;
    const architecture::CodecOptions options = config::codec_options(settings.codec);
    const std::int64_t measured = peak_of(
        [&] {
          model::Initialiser initialiser(1);
          return std::make_unique<training::CodecLearner>(std::make_shared<model::Codec>(options, initialiser),
                                                          settings);
        },
        batch);
    const stages::StepMemory step = stages::codec_step_memory(settings);
    const std::int64_t fixed = 16 * architecture::codec_parameters(options) + 4 * architecture::codec_buffers(options);
    expect_near(fixed + step.kept + step.working, measured, 1.2, fmt::format("codec_{}", size));
    expect_near(step.kept + step.working, measured - fixed, 1.4, fmt::format("codec_step_{}", size));
  }
}

}  // namespace
}  // namespace myxtts::run
