#pragma once
// Connects the parts into a stage, and the stages into a run: the only place that knows all of them.

#include <functional>
#include <optional>

#include "contracts/train_state.hpp"
#include "core/console.hpp"
#include "core/reports.hpp"
#include "device/runtime.hpp"
#include "machine/device_plan.hpp"
#include "machine/gpu_inventory.hpp"
#include "run/driver_comparison.hpp"
#include "run/run_files.hpp"
#include "run/start_lines.hpp"
#include "stages/stage.hpp"

namespace myxtts::run {

// Data and services that all stages of a run share.
struct RunContext {
  stages::RunData data;
  device::DeviceRuntime& runtime;
  core::Console& console;
  RunFiles& files;
  // Contents of every checkpoint except the weights of the stage that trains: weights of the stages that it needs,
  // statistics, default voice, documents.
  contracts::TrainState base;
  std::function<bool()> stop_requested;                 // empty: runs to the planned end
  std::int64_t max_run_steps = 0;                       // --max-steps; 0: no limit
  machine::DevicePlan plan = {};                        // GPUs named in the messages at the start
  const machine::DeviceInventory* inventory = nullptr;  // NVML, for the GPUs' utilisation; null: not asked
  DriverComparison* driver = nullptr;                   // of the process's GPU memory; null: not asked
  StartLines start_lines = {};
};

// The state from which a stage starts; all null for a new stage.
struct StageStart {
  const contracts::TrainState* resumed = nullptr;  // weights and optimiser
  const contracts::TrainState* weights = nullptr;  // of a trained model; the optimiser is new
};

// Trains a stage from `progress` on, keeps `progress` up to date, and returns the stage's report.
// Thread: the calling thread becomes the model role's.
core::RunReport train_stage(const stages::Stage& stage, RunContext& run, contracts::StageProgress& progress,
                            const StageStart& start);

// The state from which a run starts; both empty for a new run.
struct RunStates {
  std::optional<contracts::TrainState> resumed;
  // From another run. A later stage uses the weights unchanged if it needs them; with settings.run.init the other
  // weights are trained further.
  std::optional<contracts::TrainState> given;
};

// Trains the stages of `list` that settings.run.stages names and that are not complete, each with the best weights of
// the stages before it. Returns whether the run was stopped.
bool train_stages(stages::StageList list, RunContext& run, const RunStates& states);

}  // namespace myxtts::run
