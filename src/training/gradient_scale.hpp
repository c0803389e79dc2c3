#pragma once
// The factor that keeps fp16 gradients from vanishing, and finds its own size.

#include <torch/torch.h>

#include "contracts/train_state.hpp"

namespace myxtts::training {

// Lives on the device and is never read by the host. It doubles after kGrowthSteps updates in a row and halves with
// each update that was refused.
// Source: Micikevicius et al., "Mixed precision training" (2018), section 3.2.
class GradientScale {
 public:
  explicit GradientScale(torch::Device device);

  [[nodiscard]] const torch::Tensor& value() const { return value_; }  // float32 []
  // found_inf: float32 [], 1 where the update was refused.
  void update(const torch::Tensor& found_inf);

  // As "gradient_scale" and "gradient_scale_steps".
  void save(contracts::NamedTensors& tensors) const;
  // Throws: core::CheckpointError where one is missing.
  void load(const contracts::NamedTensors& tensors);

  static constexpr double kStart = 65536;
  static constexpr std::int64_t kGrowthSteps = 2000;

 private:
  torch::Tensor value_;
  torch::Tensor steps_;  // int32 []: updates since the last change
};

}  // namespace myxtts::training
