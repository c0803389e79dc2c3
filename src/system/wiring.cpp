#include "system/wiring.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/model_options.hpp"
#include "device/out_of_memory.hpp"
#include "machine/messages.hpp"
#include "model/gpt.hpp"
#include "report/progress_printer.hpp"
#include "system/activity_observer.hpp"
#include "system/gpu_sampler.hpp"
#include "system/memory_watch.hpp"
#include "system/pipeline.hpp"
#include "training/module_state.hpp"
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

// What the data role keeps on purpose: the prefetch buffer and the cache, which fill as training goes on.
MemoryWatchOptions watch_options(const StageContext& context, const StageData& data, const Pipeline& pipeline) {
  return {context.run.settings.memory.interval_steps, [&](Role role) {
            return role == Role::kData ? pipeline.buffered_bytes() + data.training->cached_bytes() : 0;
          }};
}

// What users read of a run on GPUs as it becomes true (R7), once in a run.
void say(const StageContext& context, const std::vector<std::string>& lines) {
  if (context.has_started) return;
  for (const std::string& line : lines) context.console.info(line);
}

// Nothing where there is no GPU to ask about.
std::unique_ptr<GpuSampler> gpu_sampler(const machine::DevicePlan& plan, const machine::DeviceInventory* inventory) {
  if (!plan.uses_gpu() || inventory == nullptr) return nullptr;
  return std::make_unique<GpuSampler>(*inventory, plan.data_gpu.physical_index, plan.model_gpu.physical_index);
}

ActivitySources activity_sources(const device::DeviceRuntime& runtime, const Pipeline& pipeline,
                                 const transfer::TransferLane& validation_lane, GpuSampler* gpus) {
  ActivitySources sources;
  sources.stalls = [&pipeline] { return pipeline.buffer_stalls(); };
  sources.repeated_transfers = [&] { return pipeline.repeated_transfers() + validation_lane.repeats(); };
  sources.memory = [&runtime](Role role) { return runtime.memory(role); };
  sources.gpus = gpus;
  return sources;
}

// A stage, running: plans -> decode workers -> data role -> buffer -> lane -> learner -> reports and checkpoints. The
// data role fills its buffer from the start, while the learner is made.
class RunningStage {
 public:
  RunningStage(StageContext& context, StageData& data, contracts::StageProgress& progress, device::SpanRecorder& spans)
      : context_(context),
        data_(data),
        progress_(progress),
        spans_(spans),
        pipeline_(
            context.runtime, *data.training, [&data](std::uint64_t sequence) { return data.schedule->at(sequence); },
            pipeline_options(context, data, progress), spans) {
    say(context, machine::pipeline_lines(context.plan, context.run.settings.batch.buffer));
    say(context, machine::placement_lines(context.plan));
  }

  core::RunReport train(contracts::Learner& learner) {
    wait_until_warm();
    const config::Settings& settings = context_.run.settings;
    transfer::TransferLane validation_lane(context_.runtime, {.slots = 2, .verify = settings.transfer.verify});
    report::ProgressPrinter printer(context_.console, progress_.planned_steps, settings.run.log_every);
    MemoryWatch memory_watch({context_.runtime, context_.console, context_.plan, context_.inventory},
                             watch_options(context_, data_, pipeline_));
    const auto gpus = gpu_sampler(context_.plan, context_.inventory);
    ActivityObserver activity(context_.console, role_names(context_.plan),
                              activity_sources(context_.runtime, pipeline_, validation_lane, gpus.get()));
    training::LoopServices services;
    services.validate = validation(learner, data_.validation, validation_lane);
    services.save = [&](const contracts::StageProgress& now, bool is_best) { save(learner, now, is_best); };
    services.stop_requested = context_.stop_requested;
    services.observers = {&context_.files.metrics(), &printer, &activity, &memory_watch};
    services.spans = &spans_;
    training::TrainingLoop loop(context_.runtime, learner, pipeline_, loop_options(context_, progress_), services);
    return device::naming_out_of_memory(Role::kModel, context_.runtime, [&] { return loop.run(progress_); });
  }

 private:
  void wait_until_warm() {
    say(context_, machine::warm_up_lines(context_.plan, context_.run.settings.run.start_delay_seconds));
    pipeline_.wait_until_warm();
    say(context_, machine::training_lines(context_.plan));
    context_.has_started = true;
  }

  void save(contracts::Learner& learner, const contracts::StageProgress& now, bool is_best) {
    contracts::TrainState state = context_.base;
    state.progress = now;
    learner.save(state);
    const bool best_so_far = is_best || now.best_step == 0;  // the last, as long as nothing was validated
    context_.files.save(state, best_so_far, context_.run.settings.checkpoint.keep);
  }

  StageContext& context_;
  StageData& data_;
  contracts::StageProgress& progress_;
  device::SpanRecorder& spans_;
  Pipeline pipeline_;
};

model::Initialiser initialiser_of(const RunData& run, const device::DeviceRuntime& runtime) {
  return model::Initialiser(static_cast<std::uint64_t>(run.settings.run.seed), runtime.device(Role::kModel));
}

}  // namespace

std::unique_ptr<training::CodecLearner> new_codec_learner(const RunData& run, const device::DeviceRuntime& runtime,
                                                          device::SpanRecorder* spans) {
  model::Initialiser initialiser = initialiser_of(run, runtime);
  const auto codec = std::make_shared<model::Codec>(config::codec_options(run.settings.codec), initialiser);
  codec->set_mean((run.statistics.mean / run.statistics.deviation).to(initialiser.device()));
  return std::make_unique<training::CodecLearner>(codec, run.settings, spans);
}

std::unique_ptr<training::VoiceLearner> new_voice_learner(const RunData& run, const device::DeviceRuntime& runtime,
                                                          device::SpanRecorder* spans) {
  model::Initialiser initialiser = initialiser_of(run, runtime);
  const std::int64_t text_tokens = tokenizer_of(run.clips).vocabulary_size();
  const auto voice =
      std::make_shared<model::VoiceModel>(config::voice_model_options(run.settings, text_tokens), initialiser);
  return std::make_unique<training::VoiceLearner>(voice, run.settings, spans);
}

core::RunReport train_codec(StageContext& context, contracts::StageProgress& progress,
                            const contracts::TrainState* resumed) {
  device::SpanRecorder spans(context.runtime);
  StageData data = codec_data(context.run, context.runtime, &spans);
  const auto session = context.runtime.enter(Role::kModel);
  RunningStage stage(context, data, progress, spans);
  const auto learner = device::naming_out_of_memory(Role::kModel, context.runtime, [&] {
    auto made = new_codec_learner(context.run, context.runtime, &spans);
    if (resumed != nullptr) made->load(*resumed);
    return made;
  });
  return stage.train(*learner);
}

core::RunReport train_voice(StageContext& context, contracts::StageProgress& progress,
                            const contracts::NamedTensors& codec, const VoiceStart& start) {
  context.base.weights["codec"] = codec;
  device::SpanRecorder spans(context.runtime);
  StageData data = voice_data(context.run, context.base, context.runtime, &spans);
  const auto session = context.runtime.enter(Role::kModel);
  RunningStage stage(context, data, progress, spans);
  const auto learner = device::naming_out_of_memory(Role::kModel, context.runtime, [&] {
    auto made = new_voice_learner(context.run, context.runtime, &spans);
    if (start.weights != nullptr) training::load_module(*made->model(), *start.weights, "voice");
    if (start.resumed != nullptr) made->load(*start.resumed);
    return made;
  });
  return stage.train(*learner);
}

}  // namespace myxtts::system
