#pragma once
// The smallest real stage there is, for `validate`: a few recordings made here, the tiny preset's models, untrained.

#include <cstdint>
#include <memory>

#include "device/runtime.hpp"
#include "stages/stage.hpp"

namespace myxtts::system {

class ValidationStage {
 public:
  static constexpr std::int64_t kBatches = 3;

  // Writes the recordings to a folder that goes with the stage. Thread: the data role works on threads of its own.
  explicit ValidationStage(device::DeviceRuntime& runtime);
  ~ValidationStage();
  ValidationStage(const ValidationStage&) = delete;
  ValidationStage& operator=(const ValidationStage&) = delete;

  // The name of the stage's weights in a TrainState.
  [[nodiscard]] std::string weights() const { return stage_.entry().weights(); }
  // Thread: the model role's.
  [[nodiscard]] std::unique_ptr<contracts::Learner> new_learner() const;
  // Its data, on the data device; what it needs of other stages is new. Thread: the model role's.
  [[nodiscard]] stages::StageData new_data() const;

 private:
  device::DeviceRuntime& runtime_;
  core::Path folder_;
  config::Settings settings_;
  TrainingData clips_;
  const stages::Stage& stage_;
  std::unique_ptr<stages::RunData> run_;
};

}  // namespace myxtts::system
