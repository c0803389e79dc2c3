#pragma once
// How the parts become a stage, and the stages a run: the one place where all of them stand side by side.

#include <functional>
#include <optional>

#include "contracts/train_state.hpp"
#include "core/console.hpp"
#include "core/reports.hpp"
#include "device/runtime.hpp"
#include "machine/device_plan.hpp"
#include "machine/gpu_inventory.hpp"
#include "stages/stage.hpp"
#include "system/run_files.hpp"
#include "system/start_lines.hpp"

namespace myxtts::system {

// What every stage of a run shares.
struct RunContext {
  stages::RunData data;
  device::DeviceRuntime& runtime;
  core::Console& console;
  RunFiles& files;
  // What every checkpoint holds beside the weights of the stage that trains: those of the stages that it needs,
  // statistics, default voice, documents.
  contracts::TrainState base;
  std::function<bool()> stop_requested;                 // empty: it runs to its planned end
  std::int64_t max_run_steps = 0;                       // --max-steps; 0: no limit
  machine::DevicePlan plan = {};                        // which GPUs are named while the run starts
  const machine::DeviceInventory* inventory = nullptr;  // asked what the process holds, where the plan has GPUs
  StartLines start_lines = {};
};

// What a stage starts from where it is not new.
struct StageStart {
  const contracts::TrainState* resumed = nullptr;  // weights and optimiser
  const contracts::TrainState* weights = nullptr;  // of a trained model: the optimiser is new
};

// Trains a stage from `progress` on, which it keeps up to date, and returns its report.
// Thread: the calling thread becomes the model role's.
core::RunReport train_stage(const stages::Stage& stage, RunContext& run, contracts::StageProgress& progress,
                            const StageStart& start);

// Where a run starts: both empty, from nothing.
struct RunStates {
  std::optional<contracts::TrainState> resumed;
  // Of another run: its weights are taken as they are where a later stage needs them; with settings.run.init the others
  // train on from them.
  std::optional<contracts::TrainState> given;
};

// Trains those of `list` that settings.run.stages names and that are left, each on the best weights of the ones before.
// Returns whether the run was stopped.
bool train_stages(stages::StageList list, RunContext& run, const RunStates& states);

}  // namespace myxtts::system
