#pragma once
// A stage of a run that is never written, as it is profiled.

#include <memory>
#include <optional>
#include <vector>

#include "contracts/train_state.hpp"
#include "device/runtime.hpp"
#include "device/span_recorder.hpp"
#include "planning/schedule.hpp"
#include "profiling/profiling.hpp"
#include "stages/stage.hpp"

namespace myxtts::profiling {

class RealStage {
 public:
  // `given`: a checkpoint that holds what the stage needs of others; empty: new weights serve, costs do not depend on
  // them. `batches`: what the stage trains on; empty: what it plans itself. The stage works on `runtime`'s devices.
  // Throws: core::UsageError where the stage takes no batches.
  RealStage(const stages::Stage& stage, const stages::RunData& run, const std::optional<contracts::TrainState>& given,
            std::vector<planning::PlannedBatch> batches, std::unique_ptr<device::DeviceRuntime> runtime);

  // They must not outlive this.
  [[nodiscard]] ProfiledStage parts();

 private:
  [[nodiscard]] std::unique_ptr<preparation::Preparation> new_preparation(Epoch epoch);

  const stages::Stage& stage_;
  const stages::RunData& run_;
  std::unique_ptr<device::DeviceRuntime> runtime_;
  device::SpanRecorder spans_;
  contracts::TrainState frozen_;
  std::unique_ptr<planning::StageSchedule> schedule_;
};

}  // namespace myxtts::profiling
