#pragma once
// What the settings of a run say to the parts of a stage.

#include "config/settings.hpp"
#include "contracts/train_state.hpp"
#include "planning/schedule.hpp"
#include "system/pipeline.hpp"
#include "training/training_loop.hpp"

namespace myxtts::system {

// The step at which a stage ends: its planned end, or before it where the run may do only `max_run_steps` (0: no
// limit).
[[nodiscard]] std::int64_t last_step(const contracts::StageProgress& progress, std::int64_t max_run_steps);

// From the first batch that was not trained on to the last one of step `last_step`.
[[nodiscard]] PipelineOptions pipeline_options(const config::Settings& settings,
                                               const planning::StageSchedule& schedule,
                                               const contracts::StageProgress& progress, std::int64_t last_step);

[[nodiscard]] training::LoopOptions loop_options(const config::Settings& settings,
                                                 const contracts::StageProgress& progress, std::int64_t last_step);

}  // namespace myxtts::system
