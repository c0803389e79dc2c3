#pragma once
// The smallest real stage there is, for `validate`: a few recordings made here, the tiny preset's models, untrained.

#include <cstdint>
#include <memory>

#include "core/temporary_folder.hpp"
#include "device/runtime.hpp"
#include "stages/stage.hpp"

namespace myxtts::machine_check {

class SmallestStage {
 public:
  static constexpr std::int64_t kBatches = 3;

  // Writes the recordings to a folder that goes with the stage. Thread: the data role works on threads of its own.
  explicit SmallestStage(device::DeviceRuntime& runtime);

  // The name of the stage's weights in a TrainState.
  [[nodiscard]] std::string weights() const { return stage_.entry().weights(); }
  // Thread: the model role's.
  [[nodiscard]] std::unique_ptr<contracts::Learner> new_learner() const;
  // Its data, on the data device; what it needs of other stages is new. Thread: the model role's.
  [[nodiscard]] stages::StageData new_data() const;

 private:
  device::DeviceRuntime& runtime_;
  core::TemporaryFolder folder_;
  config::Settings settings_;
  stages::TrainingData clips_;
  const stages::Stage& stage_;
  std::unique_ptr<stages::RunData> run_;
};

}  // namespace myxtts::machine_check
