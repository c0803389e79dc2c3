#pragma once
// Loss scaling for fp16: a factor that keeps gradients from underflowing and adjusts itself.

#include <torch/types.h>

#include "contracts/train_state.hpp"

namespace myxtts::training {

// The factor is on the device, and the host never reads it. It doubles after kGrowthSteps successful updates in a row
// and halves with each refused update.
// Source: Micikevicius et al., "Mixed precision training" (2018), section 3.2.
class GradientScale {
 public:
  explicit GradientScale(torch::Device device);

  [[nodiscard]] const torch::Tensor& value() const { return value_; }  // float32 []
  // found_inf: float32 [], 1 if the update was refused.
  void update(const torch::Tensor& found_inf);

  // Saves "gradient_scale" and "gradient_scale_steps".
  void save(contracts::NamedTensors& tensors) const;
  // Throws: core::CheckpointError if one of them is missing.
  void load(const contracts::NamedTensors& tensors);

  static constexpr double kStart = 65536;
  static constexpr std::int64_t kGrowthSteps = 2000;

 private:
  torch::Tensor value_;
  torch::Tensor steps_;  // int32 []: updates since the last change
};

}  // namespace myxtts::training
