#pragma once
// A stage with its real parts, for profiling; no run is written.

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
  // `given`: a checkpoint with the weights that the stage needs from other stages; empty: new weights are used, because
  // costs do not depend on weights. `batches`: what the stage trains on; empty: it plans its own. The stage works on
  // `runtime`'s devices.
  // Throws: core::UsageError if the stage does not accept given batches.
  RealStage(const stages::Stage& stage, const stages::RunData& run, const std::optional<contracts::TrainState>& given,
            std::vector<planning::PlannedBatch> batches, std::unique_ptr<device::DeviceRuntime> runtime);

  // The returned parts must not outlive this object. In a sequence the preparation is one part: its own parts would be
  // measured on the data role's stream, where none of a sequence's work is.
  [[nodiscard]] ProfiledStage parts(Way way = Way::kPipeline);

 private:
  [[nodiscard]] std::unique_ptr<preparation::Preparation> new_preparation(Epoch epoch, Way way);

  const stages::Stage& stage_;
  const stages::RunData& run_;
  std::unique_ptr<device::DeviceRuntime> runtime_;
  device::SpanRecorder spans_;
  contracts::TrainState frozen_;
  std::unique_ptr<planning::StageSchedule> schedule_;
};

}  // namespace myxtts::profiling
