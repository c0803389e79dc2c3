#include "model/layers.hpp"

#include <cmath>

#include "device/precision.hpp"

namespace myxtts::model {
namespace {

double uniform_bound(std::int64_t inputs) { return 1.0 / std::sqrt(static_cast<double>(inputs)); }

}  // namespace

Initialiser::Initialiser(std::uint64_t seed, torch::Device device)
    : generator_(at::detail::createCPUGenerator(seed)), device_(device) {}

torch::Tensor Initialiser::normal(torch::IntArrayRef shape, double standard_deviation) {
  if (device_.is_meta()) return torch::empty(shape, device_);
  return torch::empty(shape).normal_(0.0, standard_deviation, generator_).to(device_);
}

torch::Tensor Initialiser::uniform(torch::IntArrayRef shape, double bound) {
  if (device_.is_meta()) return torch::empty(shape, device_);
  return torch::empty(shape).uniform_(-bound, bound, generator_).to(device_);
}

torch::Tensor Initialiser::constant(torch::IntArrayRef shape, double value) const {
  return torch::full(shape, value, torch::dtype(torch::kFloat32).device(device_));
}

Linear::Linear(std::int64_t inputs, std::int64_t outputs, Bias with_bias, Initialiser& initialiser) {
  const double bound = uniform_bound(inputs);
  weight = register_parameter("weight", initialiser.uniform({outputs, inputs}, bound));
  if (with_bias == Bias::kLearned) bias = register_parameter("bias", initialiser.uniform({outputs}, bound));
}

TransposedLinear::TransposedLinear(std::int64_t inputs, std::int64_t outputs, double standard_deviation,
                                   Initialiser& initialiser) {
  weight = register_parameter("weight", initialiser.normal({inputs, outputs}, standard_deviation));
  bias = register_parameter("bias", initialiser.constant({outputs}, 0.0));
}

Convolution::Convolution(std::int64_t inputs, std::int64_t outputs, std::int64_t kernel, std::int64_t stride,
                         Initialiser& initialiser)
    : stride_(stride) {
  const double bound = uniform_bound(inputs * kernel);
  weight = register_parameter("weight", initialiser.uniform({outputs, inputs, kernel}, bound));
  bias = register_parameter("bias", initialiser.uniform({outputs}, bound));
}

torch::Tensor Convolution::forward(const torch::Tensor& x) const {
  return device::convolution1d(x, weight, bias, stride_, (weight.size(2) - 1) / 2);
}

PointwiseConvolution::PointwiseConvolution(std::int64_t inputs, std::int64_t outputs, Start start,
                                           Initialiser& initialiser) {
  const double bound = start == Start::kZero ? 0.0 : uniform_bound(inputs);
  weight = register_parameter("weight", initialiser.uniform({outputs, inputs, 1}, bound));
  bias = register_parameter("bias", initialiser.uniform({outputs}, bound));
}

LayerNorm::LayerNorm(std::int64_t width, const Initialiser& initialiser) {
  weight = register_parameter("weight", initialiser.constant({width}, 1.0));
  bias = register_parameter("bias", initialiser.constant({width}, 0.0));
}

Embedding::Embedding(std::int64_t entries, std::int64_t width, double standard_deviation, Initialiser& initialiser) {
  weight = register_parameter("weight", initialiser.normal({entries, width}, standard_deviation));
}

}  // namespace myxtts::model
