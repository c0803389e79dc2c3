#include "system/wiring.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/random.hpp"
#include "model/gpt.hpp"
#include "planning/schedule.hpp"
#include "preparation/codec_preparation.hpp"
#include "preparation/voice_preparation.hpp"
#include "report/progress_printer.hpp"
#include "synthesis/reference.hpp"
#include "system/pipeline.hpp"
#include "system/role_thread.hpp"
#include "training/codec_learner.hpp"
#include "training/module_state.hpp"
#include "training/training_loop.hpp"
#include "training/voice_learner.hpp"

namespace myxtts::system {
namespace {

using device::Role;

// What makes a stage's batches: to train on, and to validate with.
struct StageData {
  std::unique_ptr<preparation::Preparation> training;
  std::unique_ptr<planning::StageSchedule> schedule;
  std::vector<contracts::Batch> validation;  // prepared once, kept on the data device
};

// Consecutive batches of held-out clips, each a step of its own.
planning::BatchPlan validation_plan(const planning::PlannedBatch& batch, const planning::TargetsOfRow& targets) {
  planning::BatchPlan plan;
  plan.clips = batch.clips;
  for (const std::uint32_t clip : batch.clips) {
    const planning::RowTargets row = targets(clip, 0);
    plan.step_text_targets += row.text;
    plan.step_audio_targets += row.audio;
  }
  return plan;
}

std::vector<contracts::Batch> prepare_validation(preparation::Preparation& preparation, std::vector<std::int64_t> costs,
                                                 const config::Settings& settings,
                                                 const planning::TargetsOfRow& targets) {
  costs.resize(std::min(costs.size(), static_cast<std::size_t>(settings.validation.max_clips)));
  std::vector<contracts::Batch> batches;
  if (costs.empty()) return batches;
  for (const planning::PlannedBatch& batch : planning::plan_in_order(costs, settings.batch)) {
    batches.push_back(preparation.prepare(preparation.decode(validation_plan(batch, targets))));
  }
  return batches;
}

std::function<core::Losses()> validation(contracts::Learner& learner, const std::vector<contracts::Batch>& batches,
                                         transfer::TransferLane& lane) {
  if (batches.empty()) return {};
  return [&learner, &batches, &lane] {
    core::Losses sums;
    for (const contracts::Batch& batch : batches) {
      contracts::DeviceBatch moved = lane.move(batch);
      for (const auto& [name, sum] : learner.evaluate(moved)) sums[name] += sum;
      moved.lease.release();
    }
    return learner.combine(sums);
  };
}

std::int64_t last_step(const StageContext& context, const contracts::StageProgress& progress) {
  if (context.most_run_steps == 0) return progress.planned_steps;
  const std::int64_t left = std::max<std::int64_t>(0, context.most_run_steps - progress.run_steps);
  return std::min(progress.planned_steps, progress.step + left);
}

// The pipeline of every stage: plans -> decode workers -> data role -> buffer -> lane -> learner -> reports,
// checkpoints.
core::RunReport run_stage(StageContext& context, StageData& data, contracts::Learner& learner,
                          contracts::StageProgress& progress) {
  const config::Settings& settings = context.settings;
  core::StageClock clock;
  transfer::TransferLane validation_lane(context.runtime);
  report::ProgressPrinter printer(context.console, progress.planned_steps, settings.run.log_every);

  PipelineOptions pipeline_options;
  pipeline_options.workers = settings.data.workers;
  pipeline_options.buffer = settings.batch.buffer;
  pipeline_options.start_delay_seconds = settings.run.start_delay_seconds;
  pipeline_options.first_sequence = progress.consumed_batches;
  const auto micro_steps = data.schedule->at(progress.consumed_batches).micro_steps;
  pipeline_options.end_sequence = static_cast<std::uint64_t>(last_step(context, progress) * micro_steps);
  Pipeline pipeline(
      context.runtime, *data.training, [&](std::uint64_t sequence) { return data.schedule->at(sequence); },
      pipeline_options, clock);

  training::LoopOptions options;
  options.stage = progress.stage;
  options.last_step = last_step(context, progress);
  options.checkpoint_interval = settings.checkpoint.interval_steps;
  options.validation_interval = settings.validation.interval_steps;
  options.patience = settings.validation.patience;
  training::LoopServices services;
  services.validate = validation(learner, data.validation, validation_lane);
  services.save = [&](const contracts::StageProgress& now, bool is_best) {
    contracts::TrainState state = context.base;
    state.progress = now;
    learner.save(state);
    context.files.save(state, is_best || data.validation.empty(), settings.checkpoint.keep);
  };
  services.stop_requested = context.stop_requested;
  services.observers = {&context.files.metrics(), &printer};
  services.clock = &clock;
  return training::TrainingLoop(learner, pipeline, options, services).run(progress);
}

StageData codec_data(StageContext& context) {
  const config::Settings& settings = context.settings;
  config::BatchSettings batches;
  batches.size = settings.codec.batch_size;
  batches.by = "count";
  const auto seed = static_cast<std::uint64_t>(settings.run.seed);
  const planning::TargetsOfRow targets = [](std::uint32_t, std::int64_t) { return planning::RowTargets{}; };
  preparation::CodecPreparationOptions options{settings.codec.crop_frames, seed, training::CodecLearner::kStage, true};
  const torch::Device device = context.runtime.device(Role::kData);
  StageData data{nullptr,
                 std::make_unique<planning::StageSchedule>(std::vector<std::int64_t>(context.data.train.size(), 1),
                                                           targets, batches, seed, training::CodecLearner::kStage),
                 {}};
  run_as(context.runtime, Role::kData, [&] {
    data.training =
        std::make_unique<preparation::CodecPreparation>(context.data.train, context.statistics, options, device);
    options.random_crops = false;
    preparation::CodecPreparation held_out(context.data.validation, context.statistics, options, device);
    data.validation =
        prepare_validation(held_out, std::vector<std::int64_t>(context.data.validation.size(), 1), settings, targets);
  });
  return data;
}

preparation::VoicePreparationOptions voice_preparation_options(const config::Settings& settings,
                                                               const text::Tokenizer& tokenizer) {
  preparation::VoicePreparationOptions options;
  options.conditioning = settings.conditioning;
  options.packing = {tokenizer.start_id(), tokenizer.stop_id(), settings.codec.codes, settings.codec.codes + 1,
                     settings.model.text_stop_input == "always"};
  options.seed = static_cast<std::uint64_t>(settings.run.seed);
  options.stage = training::VoiceLearner::kStage;
  options.cache_bytes = settings.data.cache_mb << 20;
  return options;
}

StageData voice_data(StageContext& context, const text::Tokenizer& tokenizer, const contracts::TrainState& codec) {
  const config::Settings& settings = context.settings;
  preparation::VoicePreparationOptions options = voice_preparation_options(settings, tokenizer);
  const bool stop_input = options.packing.text_stop_input;
  const torch::Device device = context.runtime.device(Role::kData);
  StageData data{nullptr,
                 std::make_unique<planning::StageSchedule>(preparation::row_costs(context.data.train, stop_input),
                                                           preparation::row_targets(context.data.train, options),
                                                           settings.batch, options.seed, options.stage),
                 {}};
  run_as(context.runtime, Role::kData, [&] {
    model::Initialiser initialiser(0, device);
    const auto frozen = std::make_shared<model::Codec>(model::codec_options(settings.codec), initialiser);
    training::load_module(*frozen, codec, "codec");
    frozen->eval();
    data.training = std::make_unique<preparation::VoicePreparation>(context.data.train, context.statistics, frozen,
                                                                    options, device);
    options.random_prompts = false;
    preparation::VoicePreparation held_out(context.data.validation, context.statistics, frozen, options, device);
    data.validation = prepare_validation(held_out, preparation::row_costs(context.data.validation, stop_input),
                                         settings, preparation::row_targets(context.data.validation, options));
  });
  return data;
}

text::Tokenizer tokenizer_of(const TrainingData& data) {
  return text::Tokenizer(formats::parse_tokenizer_json(data.tokenizer_json, "tokenizer.json"));
}

}  // namespace

preparation::MelStatistics gather_statistics(const config::Settings& settings, const TrainingData& data,
                                             device::DeviceRuntime& runtime) {
  std::vector<std::uint32_t> clips(data.train.size());
  for (std::size_t i = 0; i < clips.size(); ++i) clips[i] = static_cast<std::uint32_t>(i);
  core::CounterRandom random({static_cast<std::uint64_t>(settings.run.seed), 0, 0, 0, core::Purpose::kStatistics});
  random.shuffle(std::span(clips));
  clips.resize(std::min(clips.size(), static_cast<std::size_t>(settings.data.statistics_clips)));
  preparation::MelStatistics statistics;
  run_as(runtime, Role::kData, [&] {
    preparation::SpeechMels mels(runtime.device(Role::kData));
    preparation::MelStatisticsGatherer gatherer;
    for (const std::uint32_t clip : clips) {
      gatherer.add(mels.codec_mel(mels.resampled(data.train.get(clip).samples)));
    }
    statistics = gatherer.result();
  });
  return statistics;
}

torch::Tensor default_prompt(const config::Settings& settings, const TrainingData& data,
                             const preparation::MelStatistics& statistics, device::DeviceRuntime& runtime) {
  torch::Tensor prompt;
  run_as(runtime, Role::kData, [&] {
    prompt = synthesis::prompt_mel(data.train.get(0).samples, settings.conditioning, statistics.deviation,
                                   runtime.device(Role::kData));
  });
  return prompt;
}

std::int64_t voice_batches_per_epoch(const config::Settings& settings, const TrainingData& data) {
  const text::Tokenizer tokenizer = tokenizer_of(data);
  const preparation::VoicePreparationOptions options = voice_preparation_options(settings, tokenizer);
  return planning::StageSchedule(preparation::row_costs(data.train, options.packing.text_stop_input),
                                 preparation::row_targets(data.train, options), settings.batch, options.seed,
                                 options.stage)
      .batches_in_epoch(0);
}

core::RunReport train_codec(StageContext& context, contracts::StageProgress& progress,
                            const contracts::TrainState* resumed) {
  StageData data = codec_data(context);
  const auto session = context.runtime.enter(Role::kModel);
  model::Initialiser initialiser(static_cast<std::uint64_t>(context.settings.run.seed),
                                 context.runtime.device(Role::kModel));
  const auto codec = std::make_shared<model::Codec>(model::codec_options(context.settings.codec), initialiser);
  codec->set_mean((context.statistics.mean / context.statistics.deviation).to(initialiser.device()));
  training::CodecLearner learner(codec, context.settings);
  if (resumed != nullptr) learner.load(*resumed);
  return run_stage(context, data, learner, progress);
}

core::RunReport train_voice(StageContext& context, contracts::StageProgress& progress,
                            const contracts::NamedTensors& codec, const contracts::TrainState* resumed) {
  context.base.weights["codec"] = codec;
  const text::Tokenizer tokenizer = tokenizer_of(context.data);
  StageData data = voice_data(context, tokenizer, context.base);
  const auto session = context.runtime.enter(Role::kModel);
  model::Initialiser initialiser(static_cast<std::uint64_t>(context.settings.run.seed),
                                 context.runtime.device(Role::kModel));
  const auto voice = std::make_shared<model::VoiceModel>(
      model::voice_model_options(context.settings, tokenizer.vocabulary_size()), initialiser);
  training::VoiceLearner learner(voice, context.settings);
  if (resumed != nullptr) learner.load(*resumed);
  return run_stage(context, data, learner, progress);
}

}  // namespace myxtts::system
