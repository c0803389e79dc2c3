#include "training/adamw.hpp"

#include "training/module_state.hpp"

namespace myxtts::training {

AdamW::AdamW(std::vector<ParameterGroup> groups, const AdamWOptions& options) : options_(options) {
  const torch::NoGradGuard no_grad;
  for (ParameterGroup& source : groups) {
    if (source.parameters.empty()) continue;
    Group& group = groups_.emplace_back();
    group.weight_decay = source.weight_decay;
    for (auto& [name, parameter] : source.parameters) {
      if (!step_.defined()) step_ = torch::zeros({}, parameter.options().dtype(torch::kFloat32));
      parameter.mutable_grad() = torch::zeros_like(parameter);
      group.names.push_back(name);
      group.parameters.push_back(parameter);
      group.gradients.push_back(parameter.grad());
      group.averages.push_back(torch::zeros_like(parameter));
      group.squares.push_back(torch::zeros_like(parameter));
      group.steps.push_back(step_);
      all_gradients_.push_back(parameter.grad());
    }
  }
  if (options_.scales_gradients) scale_.emplace(step_.device());
}

torch::Tensor AdamW::scaled(const torch::Tensor& loss) const { return scale_ ? loss * scale_->value() : loss; }

UpdateResult AdamW::step(double rate) {
  const torch::NoGradGuard no_grad;
  torch::Tensor norm = torch::linalg_vector_norm(torch::stack(at::_foreach_norm(all_gradients_, 2)));
  std::optional<torch::Tensor> grad_scale;
  if (scale_) {
    grad_scale = scale_->value();
    norm /= *grad_scale;
  }
  const torch::Tensor found_inf = torch::isfinite(norm).logical_not().to(torch::kFloat32);
  if (options_.clip_norm > 0) at::_foreach_mul_(all_gradients_, (options_.clip_norm / (norm + 1e-6)).clamp_max(1.0));
  step_.add_(1);  // the kernel expects the count of this update
  for (Group& group : groups_) {
    at::_fused_adamw_(group.parameters, group.gradients, group.averages, group.squares, {}, group.steps, rate,
                      options_.beta1, options_.beta2, group.weight_decay, options_.epsilon, /*amsgrad=*/false,
                      /*maximize=*/false, grad_scale, found_inf);
  }
  step_.sub_(found_inf);
  if (scale_) scale_->update(found_inf);
  at::_foreach_zero_(all_gradients_);
  return {norm, found_inf};
}

void AdamW::save(contracts::NamedTensors& tensors) const {
  tensors.emplace_back("step", step_);
  if (scale_) scale_->save(tensors);
  for (const Group& group : groups_) {
    for (std::size_t i = 0; i < group.names.size(); ++i) {
      tensors.emplace_back("exp_avg." + group.names[i], group.averages[i]);
      tensors.emplace_back("exp_avg_sq." + group.names[i], group.squares[i]);
    }
  }
}

void AdamW::load(const contracts::NamedTensors& tensors) {
  const torch::NoGradGuard no_grad;
  step_.copy_(find_tensor(tensors, "step", step_));
  if (scale_) scale_->load(tensors);
  for (Group& group : groups_) {
    for (std::size_t i = 0; i < group.names.size(); ++i) {
      group.averages[i].copy_(find_tensor(tensors, "exp_avg." + group.names[i], group.averages[i]));
      group.squares[i].copy_(find_tensor(tensors, "exp_avg_sq." + group.names[i], group.squares[i]));
    }
  }
}

}  // namespace myxtts::training
