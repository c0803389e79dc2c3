#pragma once
// Writes checkpoints while training goes on.

#include <torch/types.h>

#include <cstddef>
#include <cstdint>
#include <future>
#include <vector>

#include "contracts/learner.hpp"
#include "contracts/train_state.hpp"
#include "device/runtime.hpp"
#include "run/run_files.hpp"

namespace myxtts::run {

// Thread: the model role's. In the background, one more thread writes, at most one checkpoint at a time.
class CheckpointWriter {
 public:
  enum class Mode {
    kAtOnce,      // save() returns when the checkpoint is on disk
    kBackground,  // save() returns when copies of the learner's tensors are enqueued on the model's stream
  };

  // `keep`: number of newest checkpoints kept for each stage. The other objects must outlive the writer.
  CheckpointWriter(RunFiles& files, device::DeviceRuntime& runtime, Mode mode, std::int64_t keep);
  // Waits for the checkpoint in progress. Its error is lost: call finish() first unless another error ends the run.
  ~CheckpointWriter() = default;
  CheckpointWriter(const CheckpointWriter&) = delete;
  CheckpointWriter& operator=(const CheckpointWriter&) = delete;

  // Saves `rest` with the learner's tensors. Waits for the checkpoint before it.
  // Throws: core::CheckpointError if this one cannot be written, or in the background, if the one before it could not.
  void save(contracts::TrainState rest, const contracts::Learner& learner, bool is_best);

  // Throws the error of the last checkpoint if its write has ended with one. Never waits.
  void require_success();
  // Waits until the last checkpoint is on disk. Throws as save() does.
  void finish();

 private:
  // The tensors in host memory that is page-locked if they are on a GPU, and used again for the next checkpoint.
  void copy_to_host(contracts::NamedTensors& tensors, std::size_t& index);

  RunFiles& files_;
  device::DeviceRuntime& runtime_;
  Mode mode_;
  std::int64_t keep_;
  std::vector<torch::Tensor> copies_;  // of the learner's tensors, in their order
  std::future<void> written_;          // last: its destructor waits for the thread, which uses the others
};

}  // namespace myxtts::run
