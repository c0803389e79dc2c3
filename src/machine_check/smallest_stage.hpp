#pragma once
// The smallest real stage, for `validate`: a few generated recordings and the untrained models of the tiny preset.

#include <cstdint>
#include <memory>

#include "core/temporary_folder.hpp"
#include "device/runtime.hpp"
#include "stages/stage.hpp"

namespace myxtts::machine_check {

class SmallestStage {
 public:
  static constexpr std::int64_t kBatches = 3;

  // Writes the recordings to a folder that is removed with this object. Thread: the data role uses its own threads.
  explicit SmallestStage(device::DeviceRuntime& runtime);

  // The name of the stage's weights in a TrainState.
  [[nodiscard]] std::string weights() const { return stage_.entry().weights(); }
  // Thread: the model role's.
  [[nodiscard]] std::unique_ptr<contracts::Learner> new_learner() const;
  // The stage's data, on the data device; weights that it needs from other stages are new. Thread: the model role's.
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
