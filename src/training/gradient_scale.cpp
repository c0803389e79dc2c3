#include "training/gradient_scale.hpp"

#include "training/module_state.hpp"

namespace myxtts::training {
namespace {

constexpr double kGrowth = 2.0;
constexpr double kBackoff = 0.5;

}  // namespace

GradientScale::GradientScale(torch::Device device)
    : value_(torch::full({}, kStart, torch::dtype(torch::kFloat32).device(device))),
      steps_(torch::zeros({}, torch::dtype(torch::kInt32).device(device))) {}

void GradientScale::update(const torch::Tensor& found_inf) {
  const torch::NoGradGuard no_grad;
  at::_amp_update_scale_(value_, steps_, found_inf, kGrowth, kBackoff, kGrowthSteps);
}

void GradientScale::save(contracts::NamedTensors& tensors) const {
  tensors.emplace_back("gradient_scale", value_);
  tensors.emplace_back("gradient_scale_steps", steps_);
}

void GradientScale::load(const contracts::NamedTensors& tensors) {
  const torch::NoGradGuard no_grad;
  value_.copy_(find_tensor(tensors, "gradient_scale", value_));
  steps_.copy_(find_tensor(tensors, "gradient_scale_steps", steps_));
}

}  // namespace myxtts::training
