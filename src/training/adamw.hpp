#pragma once
// AdamW with gradient clipping, in fused kernels; the host never reads a value.

#include <torch/types.h>

#include <optional>
#include <string>
#include <vector>

#include "contracts/train_state.hpp"
#include "training/gradient_scale.hpp"

namespace myxtts::training {

struct AdamWOptions {
  double beta1 = 0.9;
  double beta2 = 0.96;
  double epsilon = 1e-8;
  double clip_norm = 1.0;         // max norm of all gradients together; 0: no clipping
  bool scales_gradients = false;  // true for fp16
};

struct ParameterGroup {
  contracts::NamedTensors parameters;
  double weight_decay = 0;
};

// Measurements of an update, on the device.
struct UpdateResult {
  torch::Tensor grad_norm;  // float32 [], before clipping; NaN stays NaN
  torch::Tensor found_inf;  // float32 [], 1 if the update was refused because a gradient was not finite
};

// Owns the gradients' storage (made once) and the moments.
// Source: Loshchilov and Hutter, "Decoupled weight decay regularization" (2019).
class AdamW {
 public:
  AdamW(std::vector<ParameterGroup> groups, const AdamWOptions& options);

  // The value to call backward() on: the loss, multiplied by the gradient scale if there is one.
  [[nodiscard]] torch::Tensor scaled(const torch::Tensor& loss) const;

  // Clips the gradients, updates the parameters and sets the gradients to zero. If the norm is not finite, the update
  // is refused: it changes nothing, not even the step count, but lowers the gradient scale.
  [[nodiscard]] UpdateResult step(double learning_rate);

  // Saves moments as "exp_avg.NAME" and "exp_avg_sq.NAME", the step count as "step", and the gradient scale.
  void save(contracts::NamedTensors& tensors) const;
  // Throws CheckpointError that names a tensor that is missing or has another shape.
  void load(const contracts::NamedTensors& tensors);

 private:
  struct Group {
    std::vector<std::string> names;
    std::vector<torch::Tensor> parameters, gradients, averages, squares;
    std::vector<torch::Tensor> steps;  // the same step count once for each parameter, as the fused kernel needs it
    double weight_decay = 0;
  };

  AdamWOptions options_;
  torch::Tensor step_;  // float32 []: updates done
  std::optional<GradientScale> scale_;
  std::vector<Group> groups_;
  std::vector<torch::Tensor> all_gradients_;
};

}  // namespace myxtts::training
