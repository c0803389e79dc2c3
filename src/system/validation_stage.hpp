#pragma once
// The smallest real stage there is, for `validate`: a few recordings made here, the tiny preset's models, untrained.

#include <cstdint>
#include <memory>

#include "core/temporary_folder.hpp"
#include "device/runtime.hpp"
#include "system/stage_data.hpp"
#include "training/voice_learner.hpp"

namespace myxtts::system {

class ValidationStage {
 public:
  static constexpr std::int64_t kBatches = 3;

  // Writes the recordings to a folder that goes with the stage. Thread: the data role works on threads of its own.
  explicit ValidationStage(device::DeviceRuntime& runtime);

  // Thread: the model role's.
  [[nodiscard]] std::unique_ptr<training::VoiceLearner> new_learner() const;
  // The voice stage's data, on the data device, its codec new. Thread: the model role's.
  [[nodiscard]] StageData new_data() const;

 private:
  device::DeviceRuntime& runtime_;
  core::TemporaryFolder folder_;
  config::Settings settings_;
  TrainingData clips_;
  std::unique_ptr<RunData> run_;
};

}  // namespace myxtts::system
