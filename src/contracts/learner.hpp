#pragma once
// A trainable stage: it knows no threads, files or flags.

#include <cstdint>
#include <string>
#include <vector>

#include "contracts/device_batch.hpp"
#include "contracts/train_state.hpp"
#include "core/reports.hpp"

namespace myxtts::contracts {

// What a step measured, still on the device: read a few steps later, so that a step never waits for the host.
struct PendingStep {
  torch::Tensor values;            // float32 [K]
  std::vector<std::string> names;  // K names; "grad_norm" and "found_inf" are always among them
  double learning_rate = 0;
};

// Thread/stream: every call comes from the model role's thread, on its stream. accumulate() and update() start no host
// synchronisation.
class Learner {
 public:
  virtual ~Learner() = default;

  // Forward and backward of one micro-batch; gradients add up until update().
  virtual void accumulate(const DeviceBatch& batch) = 0;
  // One optimiser step. An update that is not finite changes nothing ("found_inf" is then 1).
  // `step` counts optimiser steps in the stage, from 1: it decides the rate.
  [[nodiscard]] virtual PendingStep update(std::int64_t step) = 0;

  // What update() changes: with their gradients, all of the model role.
  [[nodiscard]] virtual std::vector<torch::Tensor> trained_parameters() const = 0;

  // Losses of held-out batches: no dropout, no gradients. Sums of target losses and target counts, so that batches add
  // up to exact means: pairs "x_sum" / "x_count".
  [[nodiscard]] virtual core::Losses evaluate(const DeviceBatch& batch) = 0;
  // Means from added-up sums; "loss" is what the best checkpoint is chosen by.
  [[nodiscard]] virtual core::Losses combine(const core::Losses& sums) const = 0;

  // Adds the stage's weights and optimiser to `state` (tensors share storage with the learner).
  virtual void save(TrainState& state) const = 0;
  // Takes weights and optimiser from `state`. Throws CheckpointError that names a key or shape that does not fit.
  virtual void load(const TrainState& state) = 0;
  // Takes the weights alone: training starts from them with a new optimiser. Throws as load() does.
  virtual void load_weights(const TrainState& state) = 0;
};

}  // namespace myxtts::contracts
