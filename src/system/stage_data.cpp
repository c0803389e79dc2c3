#include "system/stage_data.hpp"

#include <algorithm>

#include "config/model_options.hpp"
#include "core/random.hpp"
#include "preparation/codec_preparation.hpp"
#include "preparation/voice_preparation.hpp"
#include "synthesis/reference.hpp"
#include "system/measuring.hpp"
#include "system/role_thread.hpp"
#include "training/codec_learner.hpp"
#include "training/module_state.hpp"
#include "training/voice_learner.hpp"

namespace myxtts::system {
namespace {

using device::Role;

// What cannot be read is not measured: a mean over silence would say nothing. Returns how many clips went.
std::size_t leave_out_broken(planning::PlannedBatch& batch, const preparation::RawBatch& raw) {
  std::size_t row = 0;
  return std::erase_if(batch.clips, [&](std::uint32_t) { return raw.rows[row++].is_broken; });
}

// Consecutive batches of held-out clips.
std::vector<contracts::Batch> prepare_validation(preparation::Preparation& preparation, std::vector<std::int64_t> costs,
                                                 const config::Settings& settings,
                                                 const planning::TargetsOfRow& targets) {
  costs.resize(std::min(costs.size(), static_cast<std::size_t>(settings.validation.max_clips)));
  std::vector<contracts::Batch> batches;
  if (costs.empty()) return batches;
  for (planning::PlannedBatch& batch : planning::plan_in_order(costs, settings.batch)) {
    preparation::RawBatch raw = preparation.decode(step_of_its_own(batch, targets));
    if (const std::size_t broken = leave_out_broken(batch, raw); broken > 0) {
      if (batch.clips.empty()) continue;
      raw = preparation.decode(step_of_its_own(batch, targets));
    }
    batches.push_back(preparation.prepare(std::move(raw)));
  }
  return batches;
}

}  // namespace

preparation::VoicePreparationOptions voice_preparation_options(const config::Settings& settings,
                                                               const text::Tokenizer& tokenizer) {
  preparation::VoicePreparationOptions options;
  options.conditioning = settings.conditioning;
  options.packing = {tokenizer.start_id(), tokenizer.stop_id(), settings.codec.codes, settings.codec.codes + 1,
                     settings.model.text_stop_input == "always"};
  options.seed = static_cast<std::uint64_t>(settings.run.seed);
  options.stage = training::VoiceLearner::kStage;
  options.augmentation = settings.augmentation;
  options.cache_bytes = config::code_cache_mb(settings) << 20;
  return options;
}

StageData codec_data(const RunData& run, device::DeviceRuntime& runtime, device::SpanRecorder* spans) {
  const config::Settings& settings = run.settings;
  config::BatchSettings batches;
  batches.size = settings.codec.batch_size;
  batches.by = "count";
  const auto seed = static_cast<std::uint64_t>(settings.run.seed);
  const planning::TargetsOfRow targets = [](std::uint32_t, std::int64_t) { return planning::RowTargets{}; };
  preparation::CodecPreparationOptions options{settings.codec.crop_frames, seed, training::CodecLearner::kStage, true,
                                               settings.augmentation};
  const torch::Device device = runtime.device(Role::kData);
  StageData data{
      nullptr,
      std::make_unique<planning::StageSchedule>(std::vector<std::int64_t>(run.clips.train.size(), 1), targets, batches,
                                                seed, training::CodecLearner::kStage, run.clips.train.weights()),
      {}};
  run_as(runtime, Role::kData, [&] {
    data.training = std::make_unique<preparation::CodecPreparation>(run.clips.train, run.statistics, options, device,
                                                                    spans, run.clips.broken.get());
    options.random_crops = false;
    options.augmentation = {};
    preparation::CodecPreparation held_out(run.clips.validation, run.statistics, options, device, nullptr,
                                           run.clips.broken.get());
    data.validation =
        prepare_validation(held_out, std::vector<std::int64_t>(run.clips.validation.size(), 1), settings, targets);
  });
  return data;
}

StageData voice_data(const RunData& run, const contracts::TrainState& state, device::DeviceRuntime& runtime,
                     device::SpanRecorder* spans) {
  const config::Settings& settings = run.settings;
  preparation::VoicePreparationOptions options = voice_preparation_options(settings, tokenizer_of(run.clips));
  const bool stop_input = options.packing.text_stop_input;
  const torch::Device device = runtime.device(Role::kData);
  StageData data{
      nullptr,
      std::make_unique<planning::StageSchedule>(preparation::row_costs(run.clips.train, stop_input),
                                                preparation::row_targets(run.clips.train, options), settings.batch,
                                                options.seed, options.stage, run.clips.train.weights()),
      {}};
  run_as(runtime, Role::kData, [&] {
    model::Initialiser initialiser(0, device);
    const auto frozen = std::make_shared<model::Codec>(config::codec_options(settings.codec), initialiser);
    training::load_module(*frozen, state, "codec");
    frozen->eval();
    data.training = std::make_unique<preparation::VoicePreparation>(run.clips.train, run.statistics, frozen, options,
                                                                    device, spans, run.clips.broken.get());
    options.random_prompts = false;
    options.augmentation = {};
    preparation::VoicePreparation held_out(run.clips.validation, run.statistics, frozen, options, device, nullptr,
                                           run.clips.broken.get());
    data.validation = prepare_validation(held_out, preparation::row_costs(run.clips.validation, stop_input), settings,
                                         preparation::row_targets(run.clips.validation, options));
  });
  return data;
}

std::unique_ptr<planning::StageSchedule> voice_schedule(const RunData& run,
                                                        std::vector<planning::PlannedBatch> batches) {
  const preparation::VoicePreparationOptions options = voice_preparation_options(run.settings, tokenizer_of(run.clips));
  return std::make_unique<planning::StageSchedule>(
      std::move(batches), preparation::row_targets(run.clips.train, options), run.settings.batch.accumulation);
}

text::Tokenizer tokenizer_of(const TrainingData& data) {
  return text::Tokenizer(formats::parse_tokenizer_json(data.tokenizer_json, "tokenizer.json"));
}

preparation::MelStatistics gather_statistics(const config::Settings& settings, const TrainingData& clips,
                                             device::DeviceRuntime& runtime) {
  std::vector<std::uint32_t> drawn(clips.train.size());
  for (std::size_t i = 0; i < drawn.size(); ++i) drawn[i] = static_cast<std::uint32_t>(i);
  core::CounterRandom random({static_cast<std::uint64_t>(settings.run.seed), 0, 0, 0, core::Purpose::kStatistics});
  random.shuffle(std::span(drawn));
  const preparation::ClipReader reader(clips.train, clips.broken.get());
  preparation::MelStatistics statistics;
  run_as(runtime, Role::kData, [&] {
    preparation::SpeechMels mels(runtime.device(Role::kData));
    preparation::MelStatisticsGatherer gatherer;
    std::int64_t count = 0;
    for (std::size_t i = 0; i < drawn.size() && count < settings.data.statistics_clips; ++i) {
      const auto samples = reader.read(drawn[i]);
      if (!samples) continue;
      gatherer.add(mels.codec_mel(mels.resampled(*samples)));
      ++count;
    }
    statistics = gatherer.result();
  });
  return statistics;
}

preparation::MelStatistics statistics_for(const contracts::TrainState* trained, const config::Settings& settings,
                                          const TrainingData& clips, device::DeviceRuntime& runtime) {
  if (trained == nullptr) return gather_statistics(settings, clips, runtime);
  return {contracts::tensor_of(*trained, "mel_statistics", "mean"),
          contracts::tensor_of(*trained, "mel_statistics", "deviation")};
}

torch::Tensor default_prompt(const RunData& run, device::DeviceRuntime& runtime) {
  const preparation::ClipReader reader(run.clips.train, run.clips.broken.get());
  std::optional<media::Samples> samples;
  for (std::uint32_t clip = 0; !samples && clip < run.clips.train.size(); ++clip) samples = reader.read(clip);
  torch::Tensor prompt;
  run_as(runtime, Role::kData, [&] {
    prompt = synthesis::prompt_mel(samples.value(), run.settings.conditioning, run.statistics.deviation,
                                   runtime.device(Role::kData));
  });
  return prompt;
}

config::EpochSize voice_epoch_size(const config::Settings& settings, const TrainingData& clips) {
  config::EpochSize epoch;
  for (const dataset::Clip& clip : clips.train.clips()) {
    epoch.clips += clip.weight;
    epoch.text_tokens += clip.weight * static_cast<double>(clip.tokens.size());
    epoch.speech_seconds += clip.weight * clip.audio.seconds();
  }
  const text::Tokenizer tokenizer = tokenizer_of(clips);
  const preparation::VoicePreparationOptions options = voice_preparation_options(settings, tokenizer);
  epoch.batches = planning::StageSchedule(preparation::row_costs(clips.train, options.packing.text_stop_input),
                                          preparation::row_targets(clips.train, options), settings.batch, options.seed,
                                          options.stage, clips.train.weights())
                      .batches_in_epoch(0);
  return epoch;
}

}  // namespace myxtts::system
