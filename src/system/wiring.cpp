#include "system/wiring.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model/gpt.hpp"
#include "report/progress_printer.hpp"
#include "system/pipeline.hpp"
#include "training/training_loop.hpp"

namespace myxtts::system {
namespace {

using device::Role;

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

PipelineOptions pipeline_options(const StageContext& context, const StageData& data,
                                 const contracts::StageProgress& progress) {
  PipelineOptions options;
  options.workers = context.run.settings.data.workers;
  options.buffer = context.run.settings.batch.buffer;
  options.start_delay_seconds = context.run.settings.run.start_delay_seconds;
  options.verify_transfer = context.run.settings.transfer.verify;
  options.first_sequence = progress.consumed_batches;
  const std::int64_t micro_steps = data.schedule->at(progress.consumed_batches).micro_steps;
  options.end_sequence = static_cast<std::uint64_t>(last_step(context, progress) * micro_steps);
  return options;
}

training::LoopOptions loop_options(const StageContext& context, const contracts::StageProgress& progress) {
  training::LoopOptions options;
  options.stage = progress.stage;
  options.last_step = last_step(context, progress);
  options.checkpoint_interval = context.run.settings.checkpoint.interval_steps;
  options.validation_interval = context.run.settings.validation.interval_steps;
  options.patience = context.run.settings.validation.patience;
  return options;
}

// Every stage: plans -> decode workers -> data role -> buffer -> lane -> learner -> reports and checkpoints.
core::RunReport run_stage(StageContext& context, StageData& data, contracts::Learner& learner,
                          contracts::StageProgress& progress) {
  const config::Settings& settings = context.run.settings;
  core::StageClock clock;
  Pipeline pipeline(
      context.runtime, *data.training, [&](std::uint64_t sequence) { return data.schedule->at(sequence); },
      pipeline_options(context, data, progress), clock);

  transfer::TransferLane validation_lane(context.runtime, {.slots = 2, .verify = settings.transfer.verify});
  report::ProgressPrinter printer(context.console, progress.planned_steps, settings.run.log_every);
  training::LoopServices services;
  services.validate = validation(learner, data.validation, validation_lane);
  services.save = [&](const contracts::StageProgress& now, bool is_best) {
    contracts::TrainState state = context.base;
    state.progress = now;
    learner.save(state);
    const bool best_so_far = is_best || now.best_step == 0;  // the last, as long as nothing was validated
    context.files.save(state, best_so_far, settings.checkpoint.keep);
  };
  services.stop_requested = context.stop_requested;
  services.observers = {&context.files.metrics(), &printer};
  services.clock = &clock;
  return training::TrainingLoop(learner, pipeline, loop_options(context, progress), services).run(progress);
}

model::Initialiser initialiser_of(const RunData& run, const device::DeviceRuntime& runtime) {
  return model::Initialiser(static_cast<std::uint64_t>(run.settings.run.seed), runtime.device(Role::kModel));
}

}  // namespace

std::unique_ptr<training::CodecLearner> new_codec_learner(const RunData& run, const device::DeviceRuntime& runtime) {
  model::Initialiser initialiser = initialiser_of(run, runtime);
  const auto codec = std::make_shared<model::Codec>(model::codec_options(run.settings.codec), initialiser);
  codec->set_mean((run.statistics.mean / run.statistics.deviation).to(initialiser.device()));
  return std::make_unique<training::CodecLearner>(codec, run.settings);
}

std::unique_ptr<training::VoiceLearner> new_voice_learner(const RunData& run, const device::DeviceRuntime& runtime) {
  model::Initialiser initialiser = initialiser_of(run, runtime);
  const std::int64_t text_tokens = tokenizer_of(run.clips).vocabulary_size();
  const auto voice =
      std::make_shared<model::VoiceModel>(model::voice_model_options(run.settings, text_tokens), initialiser);
  return std::make_unique<training::VoiceLearner>(voice, run.settings);
}

core::RunReport train_codec(StageContext& context, contracts::StageProgress& progress,
                            const contracts::TrainState* resumed) {
  StageData data = codec_data(context.run, context.runtime);
  const auto session = context.runtime.enter(Role::kModel);
  const auto learner = new_codec_learner(context.run, context.runtime);
  if (resumed != nullptr) learner->load(*resumed);
  return run_stage(context, data, *learner, progress);
}

core::RunReport train_voice(StageContext& context, contracts::StageProgress& progress,
                            const contracts::NamedTensors& codec, const contracts::TrainState* resumed) {
  context.base.weights["codec"] = codec;
  StageData data = voice_data(context.run, context.base, context.runtime);
  const auto session = context.runtime.enter(Role::kModel);
  const auto learner = new_voice_learner(context.run, context.runtime);
  if (resumed != nullptr) learner->load(*resumed);
  return run_stage(context, data, *learner, progress);
}

}  // namespace myxtts::system
