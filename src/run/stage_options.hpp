#pragma once
// Converts the settings of a run to options for the parts of a stage.

#include "config/settings.hpp"
#include "contracts/train_state.hpp"
#include "pipeline/pipeline.hpp"
#include "planning/schedule.hpp"
#include "training/training_loop.hpp"

namespace myxtts::run {

// The step at which a stage ends: its planned end, or earlier if `max_run_steps` limits the run (0: no limit).
[[nodiscard]] std::int64_t last_step(const contracts::StageProgress& progress, std::int64_t max_run_steps);

// The pipeline's batches are those from the first untrained one to the last one of step `last_step`.
[[nodiscard]] pipeline::PipelineOptions pipeline_options(const config::Settings& settings,
                                                         const planning::StageSchedule& schedule,
                                                         const contracts::StageProgress& progress,
                                                         std::int64_t last_step);

// `on_gpu`: the model role's device decides checkpoint.min_minutes if it is not set.
[[nodiscard]] training::LoopOptions loop_options(const config::Settings& settings,
                                                 const contracts::StageProgress& progress, std::int64_t last_step,
                                                 bool on_gpu);

}  // namespace myxtts::run
