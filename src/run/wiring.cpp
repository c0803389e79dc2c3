#include "run/wiring.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "checkpoint/checkpoint_store.hpp"
#include "core/error.hpp"
#include "device/out_of_memory.hpp"
#include "pipeline/pipeline.hpp"
#include "report/progress_printer.hpp"
#include "run/activity_observer.hpp"
#include "run/checkpoint_writer.hpp"
#include "run/gpu_sampler.hpp"
#include "run/held_out_losses.hpp"
#include "run/memory_watch.hpp"
#include "run/stage_options.hpp"
#include "training/training_loop.hpp"
#include "transfer/transfer_lane.hpp"

namespace myxtts::run {
namespace {

using device::Role;

// A learner with new weights, or with those that the stage starts from.
std::unique_ptr<contracts::Learner> make_learner(const stages::Stage& stage, const RunContext& run,
                                                 const StageStart& start, device::SpanRecorder& spans) {
  return device::translate_out_of_memory(Role::kModel, run.runtime, [&] {
    auto learner = stage.make_learner(run.data, run.runtime, &spans);
    if (start.weights != nullptr) learner->load_weights(*start.weights);
    if (start.resumed != nullptr) learner->load(*start.resumed);
    return learner;
  });
}

void save_checkpoint(RunContext& run, CheckpointWriter& writer, const contracts::Learner& learner,
                     const contracts::StageProgress& now, bool is_best) {
  contracts::TrainState state = run.base;
  state.progress = now;
  const bool best_so_far = is_best || now.best_step == 0;  // without validation, the last one is the best
  writer.save(std::move(state), learner, best_so_far);
}

// Also waits until the last checkpoint is written. The error of a GPU that fails is in the log before what the stage
// holds on it is freed.
core::RunReport train_to_end(RunContext& run, training::TrainingLoop& loop, CheckpointWriter& checkpoints,
                             contracts::StageProgress& progress) {
  try {
    const core::RunReport report =
        device::translate_out_of_memory(Role::kModel, run.runtime, [&] { return loop.run(progress); });
    checkpoints.finish();
    return report;
  } catch (const c10::Error& error) {
    run.files.note_failure(error.what_without_backtrace());
    throw;
  }
}

}  // namespace

core::RunReport train_stage(const stages::Stage& stage, RunContext& run, contracts::StageProgress& progress,
                            const StageStart& start) {
  const config::Settings& settings = run.data.settings;
  const std::int64_t end = last_step(progress, run.max_run_steps);
  device::SpanRecorder spans(run.runtime);

  // Data role. The schedule plans each batch; the pipeline's workers decode its clips, the preparation makes the batch
  // on the data device, the buffer stores it, and the lane copies it. All start now, while the learner is made.
  stages::StageData data = stage.make_data(run.data, run.base, run.runtime, &spans);
  const auto session = run.runtime.enter(Role::kModel);
  transfer::TransferLane lane(run.runtime, {.slots = 2, .verify = settings.transfer.verify}, &spans);
  pipeline::Pipeline batches(run.runtime, *data.schedule, *data.training, lane,
                             pipeline_options(settings, *data.schedule, progress, end), spans);
  run.start_lines.print_placement(run.console, run.plan, settings);

  // Model role. The learner does a step for each batch (or several batches) from the pipeline.
  const auto learner = make_learner(stage, run, start, spans);
  run.start_lines.print_warm_up(run.console, run.plan, settings);
  batches.wait_until_warm();
  run.start_lines.print_training(run.console, run.plan);

  // Reports of each step, of each epoch, and of memory.
  report::ProgressPrinter printer(run.console, progress.planned_steps, settings.run.log_every);
  MemoryWatch memory({run.runtime, run.console, run.plan, run.driver},
                     {settings.memory.interval_steps, [&](Role role) {
                        return role == Role::kData ? batches.buffered_bytes() + data.training->cached_bytes() : 0;
                      }});
  const auto gpus = sample_gpus(run.plan, run.inventory);
  transfer::TransferLane validation_lane(run.runtime, {.slots = 2, .verify = settings.transfer.verify});
  ActivityObserver activity(run.console, role_names(run.plan),
                            {.stalls = [&] { return batches.buffer_stalls(); },
                             .repeated_transfers = [&] { return lane.repeats() + validation_lane.repeats(); },
                             .memory = [&](Role role) { return run.runtime.memory(role); },
                             .gpus = gpus.get()});

  // A GPU trains on while a checkpoint is written; a CPU would have to do both at once.
  const bool on_gpu = !run.runtime.device(Role::kModel).is_cpu();
  using Mode = CheckpointWriter::Mode;
  CheckpointWriter checkpoints(run.files, run.runtime, on_gpu ? Mode::kBackground : Mode::kAtOnce,
                               settings.checkpoint.keep);

  training::LoopServices services;
  services.validate = held_out_losses(*learner, data.validation, validation_lane);
  services.save = [&](const contracts::StageProgress& now, bool is_best) {
    save_checkpoint(run, checkpoints, *learner, now, is_best);
  };
  services.stop_requested = [&] {
    checkpoints.require_success();
    return run.stop_requested && run.stop_requested();
  };
  services.observers = {&run.files.metrics(), &printer, &activity, &memory};
  services.spans = &spans;
  training::TrainingLoop loop(run.runtime, *learner, batches, loop_options(settings, progress, end), services);
  return train_to_end(run, loop, checkpoints, progress);
}

namespace {

contracts::StageProgress new_progress(const stages::Stage& stage, const config::Settings& settings,
                                      std::int64_t run_steps) {
  contracts::StageProgress progress;
  progress.stage = stage.name();
  progress.planned_steps = stage.plan().planned_steps(settings);
  progress.run_steps = run_steps;
  return progress;
}

// A stage is complete at its planned end, or when its patience for a lower validation loss is exhausted.
bool is_complete(const contracts::StageProgress& progress, const config::Settings& settings) {
  const std::int64_t patience = settings.validation.patience;
  return progress.step >= progress.planned_steps || (patience > 0 && progress.validations_without_gain >= patience);
}

contracts::NamedTensors best_weights(const RunFiles& files, const stages::Stage& stage) {
  const core::Path best = files.best(stage.name());
  return checkpoint::CheckpointStore::load(core::local_file_system(), best).weights.at(stage.entry().weights());
}

bool is_needed(const stages::Stage& stage, stages::StageList list) {
  return std::ranges::any_of(
      list, [&](const stages::Stage* other) { return other->entry().learns_from(stage.entry().name); });
}

// A checkpoint of a newer program may be of a stage that this one does not have.
void require_known(stages::StageList list, const std::string& name, const core::Path& folder) {
  if (std::ranges::any_of(list, [&](const stages::Stage* stage) { return stage->name() == name; })) return;
  throw core::CheckpointError({.what = "the run's checkpoint is of a stage that this program does not have",
                               .where = folder.string(),
                               .value = name,
                               .expected = "a stage of train --stages",
                               .advice = "Go on with the program that made it."});
}

// Takes the weights of stages that are not trained now: those that a resumed run has completed, or those in a given
// checkpoint that other stages need.
void take_known_weights(stages::StageList list, RunContext& run, const RunStates& states) {
  if (!states.resumed && !states.given) return;
  const contracts::TrainState& known = states.resumed ? *states.resumed : *states.given;
  for (const stages::Stage* stage : list) {
    const auto weights = known.weights.find(stage->entry().weights());
    const bool is_taken = states.resumed ? known.progress.stage != stage->name() : is_needed(*stage, list);
    if (is_taken && weights != known.weights.end()) run.base.weights[weights->first] = weights->second;
  }
}

}  // namespace

bool train_stages(stages::StageList list, RunContext& run, const RunStates& states) {
  const config::Settings& settings = run.data.settings;
  const contracts::TrainState* resumed = states.resumed ? &*states.resumed : nullptr;
  if (resumed != nullptr) {
    require_known(list, resumed->progress.stage, run.files.folder());
    run.console.info(
        fmt::format("Going on in the {} stage after step {}.", resumed->progress.stage, resumed->progress.step));
  }
  take_known_weights(list, run, states);
  std::int64_t run_steps = resumed != nullptr ? resumed->progress.run_steps : 0;
  const std::vector<const stages::Stage*> chosen = stages::chosen_stages(list, settings.run.stages);
  for (const stages::Stage* stage : chosen) {
    contracts::NamedTensors& weights = run.base.weights[stage->entry().weights()];
    if (!weights.empty()) continue;
    const bool goes_on = resumed != nullptr && resumed->progress.stage == stage->name();
    StageStart start;
    if (goes_on) start.resumed = resumed;
    if (states.given && !settings.run.init.empty()) start.weights = &*states.given;
    contracts::StageProgress progress = goes_on ? resumed->progress : new_progress(*stage, settings, run_steps);
    if (!is_complete(progress, settings) && train_stage(*stage, run, progress, start).stopped) return true;
    run_steps = progress.run_steps;
    if (stage != chosen.back()) weights = best_weights(run.files, *stage);
  }
  return false;
}

}  // namespace myxtts::run
