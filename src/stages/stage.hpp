#pragma once
// The interface of a training stage. Code that iterates over stages (a run, its checkpoints, profile, the machine
// check) uses a list of these and knows no stage by name.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "config/presets.hpp"
#include "contracts/batch.hpp"
#include "contracts/learner.hpp"
#include "contracts/train_state.hpp"
#include "device/runtime.hpp"
#include "device/span_recorder.hpp"
#include "planning/schedule.hpp"
#include "preparation/preparation.hpp"
#include "stages/plan/stage_plan.hpp"
#include "stages/run_data.hpp"

namespace myxtts::stages {

// The data that a stage trains and validates on.
struct StageData {
  std::unique_ptr<preparation::Preparation> training;
  std::unique_ptr<planning::StageSchedule> schedule;
  std::vector<contracts::Batch> validation;  // prepared once, kept on the data device
};

class Stage {
 public:
  virtual ~Stage() = default;

  // The stage's name, needs, planned steps and memory.
  [[nodiscard]] virtual const StagePlan& plan() const = 0;
  [[nodiscard]] const StageEntry& entry() const { return plan().entry(); }
  [[nodiscard]] std::string name() const { return std::string(entry().name); }

  // The order of the training clips, in batches. Pure: reads no recordings.
  [[nodiscard]] virtual std::unique_ptr<planning::StageSchedule> make_schedule(const config::Settings& settings,
                                                                               const TrainingData& clips) const = 0;
  // The same for given batches, repeated without end. Throws: core::UsageError if the stage does not accept any.
  [[nodiscard]] virtual std::unique_ptr<planning::StageSchedule> make_schedule(
      const RunData& run, std::vector<planning::PlannedBatch> batches) const;

  // Makes the stage's preparation, schedule and held-out batches on a thread of the data role. `frozen` holds the
  // weights of the stages that it needs; `spans` records the parts of preparing training batches, and may be null.
  [[nodiscard]] virtual StageData make_data(const RunData& run, const contracts::TrainState& frozen,
                                            device::DeviceRuntime& runtime, device::SpanRecorder* spans) const = 0;

  // A new learner; the run's seed initialises its weights. `spans` records "forward", "backward" and "optimiser", and
  // may be null. Thread: the model role's.
  [[nodiscard]] virtual std::unique_ptr<contracts::Learner> make_learner(const RunData& run,
                                                                         const device::DeviceRuntime& runtime,
                                                                         device::SpanRecorder* spans) const = 0;

  // Whether later epochs need less preparation than the first because of a cache.
  [[nodiscard]] virtual bool keeps_prepared_data(const config::Settings&) const { return false; }
};

using StageList = std::span<const Stage* const>;

// The stages that `list` (settings.run.stages) names, in the order of `stages`.
[[nodiscard]] std::vector<const Stage*> chosen_stages(StageList stages, const std::string& list);

// Throws: std::logic_error if no stage has the name.
[[nodiscard]] const Stage& stage_named(StageList stages, std::string_view name);

// Untrained weights of the stages that `stage` needs, for measurements and checks of `stage`: its costs do not depend
// on the values of weights. They are on the CPU, as those of a checkpoint: what the roles exchange without a transfer
// lane never goes from one GPU to the other, where a route that failed its probe would change it. Thread: the model
// role's.
[[nodiscard]] contracts::TrainState new_frozen_parts(StageList stages, const Stage& stage, const RunData& run,
                                                     const device::DeviceRuntime& runtime);

// The size of an epoch of a stage.
[[nodiscard]] config::EpochSize epoch_size(const Stage& stage, const config::Settings& settings,
                                           const TrainingData& clips);

}  // namespace myxtts::stages
