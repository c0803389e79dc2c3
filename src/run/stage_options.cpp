#include "run/stage_options.hpp"

#include <algorithm>

namespace myxtts::run {

std::int64_t last_step(const contracts::StageProgress& progress, std::int64_t max_run_steps) {
  if (max_run_steps == 0) return progress.planned_steps;
  const std::int64_t left = std::max<std::int64_t>(0, max_run_steps - progress.run_steps);
  return std::min(progress.planned_steps, progress.step + left);
}

pipeline::PipelineOptions pipeline_options(const config::Settings& settings, const planning::StageSchedule& schedule,
                                           const contracts::StageProgress& progress, std::int64_t last_step) {
  pipeline::PipelineOptions options;
  options.workers = settings.data.workers;
  options.buffer = settings.batch.buffer;
  options.start_delay_seconds = settings.run.start_delay_seconds;
  options.first_sequence = progress.consumed_batches;
  const std::int64_t micro_steps = schedule.at(progress.consumed_batches).micro_steps;
  options.end_sequence = static_cast<std::uint64_t>(last_step * micro_steps);
  return options;
}

training::LoopOptions loop_options(const config::Settings& settings, const contracts::StageProgress& progress,
                                   std::int64_t last_step, bool on_gpu) {
  constexpr double kMinMinutesOnGpu = 5;
  training::LoopOptions options;
  options.stage = progress.stage;
  options.last_step = last_step;
  options.checkpoint_interval = settings.checkpoint.interval_steps;
  options.min_checkpoint_seconds = 60 * settings.checkpoint.min_minutes.value_or(on_gpu ? kMinMinutesOnGpu : 0);
  options.validation_interval = settings.validation.interval_steps;
  options.patience = settings.validation.patience;
  return options;
}

}  // namespace myxtts::run
