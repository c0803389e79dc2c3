#pragma once
// Everything that a checkpoint holds: enough to continue training to the bit, and to speak.

#include <torch/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace myxtts::contracts {

using NamedTensors = std::vector<std::pair<std::string, torch::Tensor>>;

// The position in a stage of training. consumed_batches counts micro-batches that were trained on, not prepared ones.
struct StageProgress {
  std::string stage;      // "codec", "voice"
  std::int64_t step = 0;  // optimiser steps done in the stage
  std::int64_t planned_steps = 0;
  std::int64_t run_steps = 0;          // optimiser steps done in all stages since the run was made
  std::uint64_t consumed_batches = 0;  // micro-batches trained on since the stage began
  double best_loss = 0;                // lowest validation loss, valid if best_step > 0
  std::int64_t best_step = 0;
  std::int64_t validations_without_gain = 0;
  std::int64_t skipped_updates = 0;  // updates in a row that were refused because they were not finite
};

struct TrainState {
  StageProgress progress;
  // File stem -> tensors: "codec", "voice" (parameters and buffers under XTTS v2's names), "mel_statistics",
  // "default_voice" (prompt mel).
  std::map<std::string, NamedTensors> weights;
  NamedTensors optimizer;     // moments, step, and what a learner collects between steps
  std::string data_checksum;  // of the training clips; empty in old checkpoints
  std::string devices;        // models of the devices used for training; empty if not known
  std::map<std::string, std::string>
      documents;  // file name -> bytes: "tokenizer.json", "recordings.json", "config.toml"
};

// The tensor `name` of state.weights[stem], and the bytes of a document.
// Throws CheckpointError that names the missing entry.
[[nodiscard]] const torch::Tensor& tensor_of(const TrainState& state, const std::string& stem, const std::string& name);
[[nodiscard]] const std::string& document_of(const TrainState& state, const std::string& name);

}  // namespace myxtts::contracts
