#include "model/half_copies.hpp"

#include <torch/csrc/autograd/custom_function.h>

#include <utility>

#include "model/layers.hpp"

namespace myxtts::model {
namespace {

thread_local const HalfCopies* thread_copies = nullptr;

// (parameter, copy) -> copy; the gradient goes to the parameter.
struct ReadCopy : torch::autograd::Function<ReadCopy> {
  static torch::Tensor forward(torch::autograd::AutogradContext*, const torch::Tensor&, const torch::Tensor& copy) {
    return copy.alias();
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext*,
                                                 const torch::autograd::variable_list& gradients) {
    return {gradients.front().to(torch::kFloat32), torch::Tensor()};
  }
};

}  // namespace

HalfCopies::HalfCopies(const torch::nn::Module& module, torch::Dtype dtype) : parameters_(product_parameters(module)) {
  const torch::NoGradGuard no_grad;
  for (const torch::Tensor& parameter : parameters_) {
    places_.emplace(parameter.unsafeGetTensorImpl(), copies_.size());
    copies_.push_back(parameter.to(dtype));
  }
}

void HalfCopies::refresh() {
  const torch::NoGradGuard no_grad;
  at::_foreach_copy_(copies_, parameters_);
}

const torch::Tensor* HalfCopies::find(const torch::Tensor& parameter) const {
  const auto place = places_.find(parameter.unsafeGetTensorImpl());
  return place == places_.end() ? nullptr : &copies_[place->second];
}

HalfCopies::Scope::Scope(const HalfCopies* copies) : outer_(std::exchange(thread_copies, copies)) {}

HalfCopies::Scope::~Scope() { thread_copies = outer_; }

torch::Tensor operand(const torch::Tensor& parameter) {
  const torch::Tensor* copy = thread_copies == nullptr ? nullptr : thread_copies->find(parameter);
  if (copy == nullptr) return parameter;
  return at::GradMode::is_enabled() ? ReadCopy::apply(parameter, *copy) : *copy;
}

}  // namespace myxtts::model
