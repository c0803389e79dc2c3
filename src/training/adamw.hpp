#pragma once
// AdamW with gradient clipping, in fused kernels and without a host read.

#include <torch/torch.h>

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
  double clip_norm = 1.0;         // of all gradients together; 0: no clipping
  bool scales_gradients = false;  // for fp16
};

struct ParameterGroup {
  contracts::NamedTensors parameters;
  double weight_decay = 0;
};

// What an update measured, on the device.
struct UpdateResult {
  torch::Tensor grad_norm;  // float32 [], before clipping; NaN stays NaN
  torch::Tensor found_inf;  // float32 [], 1 where the update was refused because a gradient was not finite
};

// Owns the gradients' storage (made once) and the moments.
// Source: Loshchilov and Hutter, "Decoupled weight decay regularization" (2019).
class AdamW {
 public:
  AdamW(std::vector<ParameterGroup> groups, const AdamWOptions& options);

  // What to run the backward pass of: the loss, times the gradients' scale where they have one.
  [[nodiscard]] torch::Tensor scaled(const torch::Tensor& loss) const;

  // Clips the gradients, updates the parameters and sets the gradients to zero. A norm that is not finite changes
  // nothing, the count of steps included, but lowers the gradients' scale.
  [[nodiscard]] UpdateResult step(double learning_rate);

  // Moments as "exp_avg.NAME" and "exp_avg_sq.NAME", the count of steps as "step", and the scale.
  void save(contracts::NamedTensors& tensors) const;
  // Throws CheckpointError that names what is missing or has another shape.
  void load(const contracts::NamedTensors& tensors);

 private:
  struct Group {
    std::vector<std::string> names;
    std::vector<torch::Tensor> parameters, gradients, averages, squares;
    std::vector<torch::Tensor> steps;  // the one count, once for each parameter, as the fused kernel wants it
    double weight_decay = 0;
  };

  AdamWOptions options_;
  torch::Tensor step_;  // float32 []: updates done
  std::optional<GradientScale> scale_;
  std::vector<Group> groups_;
  std::vector<torch::Tensor> all_gradients_;
};

}  // namespace myxtts::training
