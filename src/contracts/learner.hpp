#pragma once
// A trainable stage; it does not depend on threads, files or command-line flags.

#include <cstdint>
#include <string>
#include <vector>

#include "contracts/device_batch.hpp"
#include "contracts/train_state.hpp"
#include "core/reports.hpp"

namespace myxtts::contracts {

// Measurements of a step, still on the device: the host reads them a few steps later, so that it never waits for a
// step.
struct PendingStep {
  torch::Tensor values;            // float32 [K]
  std::vector<std::string> names;  // K names; "grad_norm" and "found_inf" are always among them
  double learning_rate = 0;
};

// Thread/stream: every call comes from the model role's thread, on its stream. accumulate() and update() never make the
// host wait.
class Learner {
 public:
  virtual ~Learner() = default;

  // Forward and backward of one micro-batch; gradients accumulate until update().
  virtual void accumulate(const DeviceBatch& batch) = 0;
  // One optimiser step. An update that is not finite changes nothing ("found_inf" is then 1).
  // `step` counts optimiser steps in the stage, from 1; it decides the learning rate.
  [[nodiscard]] virtual PendingStep update(std::int64_t step) = 0;

  // The parameters that update() changes. They and their gradients belong to the model role.
  [[nodiscard]] virtual std::vector<torch::Tensor> trained_parameters() const = 0;

  // Losses of held-out batches, without dropout or gradients: sums of target losses and target counts, as pairs "x_sum"
  // / "x_count", so that the sums over batches give exact means.
  [[nodiscard]] virtual core::Losses evaluate(const DeviceBatch& batch) = 0;
  // Means from the sums over all batches; "loss" decides which checkpoint is the best.
  [[nodiscard]] virtual core::Losses combine(const core::Losses& sums) const = 0;

  // Adds the stage's weights and optimiser to `state` (tensors share storage with the learner).
  virtual void save(TrainState& state) const = 0;
  // Loads weights and optimiser from `state`. Throws CheckpointError that names a key or shape that does not fit.
  virtual void load(const TrainState& state) = 0;
  // Loads only the weights: training starts from them with a new optimiser. Throws as load() does.
  virtual void load_weights(const TrainState& state) = 0;
};

}  // namespace myxtts::contracts
