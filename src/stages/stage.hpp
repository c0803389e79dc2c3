#pragma once
// A stage of training, as a run sees it. Everything that goes over stages (a run, its checkpoints, profile, the
// machine's check) goes over a list of these and knows none by name.

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

// What a stage learns from.
struct StageData {
  std::unique_ptr<preparation::Preparation> training;
  std::unique_ptr<planning::StageSchedule> schedule;
  std::vector<contracts::Batch> validation;  // prepared once, kept on the data device
};

class Stage {
 public:
  virtual ~Stage() = default;

  // Its name, needs, planned steps and memory.
  [[nodiscard]] virtual const StagePlan& plan() const = 0;
  [[nodiscard]] const StageEntry& entry() const { return plan().entry(); }
  [[nodiscard]] std::string name() const { return std::string(entry().name); }

  // The order of the training clips, in batches. Pure: reads no recording.
  [[nodiscard]] virtual std::unique_ptr<planning::StageSchedule> make_schedule(const config::Settings& settings,
                                                                               const TrainingData& clips) const = 0;
  // The same for batches that are given, again and again. Throws: core::UsageError where the stage takes none.
  [[nodiscard]] virtual std::unique_ptr<planning::StageSchedule> make_schedule(
      const RunData& run, std::vector<planning::PlannedBatch> batches) const;

  // Its preparation, schedule and held-out batches, made on a thread of the data role. `frozen` holds the weights of
  // the stages that it needs; `spans` gets the parts of the preparation of training batches, and may be null.
  [[nodiscard]] virtual StageData make_data(const RunData& run, const contracts::TrainState& frozen,
                                            device::DeviceRuntime& runtime, device::SpanRecorder* spans) const = 0;

  // A new learner, its weights drawn by the run's seed; `spans` gets "forward", "backward" and "optimiser", and may be
  // null. Thread: the model role's.
  [[nodiscard]] virtual std::unique_ptr<contracts::Learner> make_learner(const RunData& run,
                                                                         const device::DeviceRuntime& runtime,
                                                                         device::SpanRecorder* spans) const = 0;

  // Whether a later epoch takes less preparation than the first, because something is kept.
  [[nodiscard]] virtual bool keeps_prepared_data(const config::Settings&) const { return false; }
};

using StageList = std::span<const Stage* const>;

// Those that `list` of settings.run.stages names, in the order of `stages`.
[[nodiscard]] std::vector<const Stage*> chosen_stages(StageList stages, const std::string& list);

// Throws: std::logic_error where none is called so.
[[nodiscard]] const Stage& stage_named(StageList stages, std::string_view name);

// New weights of the stages that `stage` needs, for when it is measured or tried: costs do not depend on what weights
// are. Thread: the model role's.
[[nodiscard]] contracts::TrainState new_frozen_parts(StageList stages, const Stage& stage, const RunData& run,
                                                     const device::DeviceRuntime& runtime);

// What an epoch of a stage takes.
[[nodiscard]] config::EpochSize epoch_size(const Stage& stage, const config::Settings& settings,
                                           const TrainingData& clips);

}  // namespace myxtts::stages
