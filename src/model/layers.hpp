#pragma once
// The layers that the modules consist of. They have torch::nn's parameters under torch::nn's names, but an Initialiser
// gives the initial values, so a model's weights depend only on its seed and not on global state.

#include <torch/nn/module.h>
#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "model/half_copies.hpp"

namespace myxtts::model {

// Draws initial weights on the host and copies them to a device, so that every kind of device gets the same weights.
class Initialiser {
 public:
  // On the meta device no values are drawn; tensors have only shapes.
  explicit Initialiser(std::uint64_t seed, torch::Device device = torch::kCPU);

  [[nodiscard]] torch::Tensor normal(torch::IntArrayRef shape, double standard_deviation);
  // Uniform in [-bound, bound].
  [[nodiscard]] torch::Tensor uniform(torch::IntArrayRef shape, double bound);
  [[nodiscard]] torch::Tensor constant(torch::IntArrayRef shape, double value) const;
  [[nodiscard]] torch::Device device() const { return device_; }

 private:
  torch::Generator generator_;
  torch::Device device_;
};

// y = x W' + b over the last axis; initial values are uniform within +-1 / sqrt(inputs), as in torch::nn::Linear.
class Linear final : public torch::nn::Module {
 public:
  enum class Bias { kNone, kLearned };
  Linear(std::int64_t inputs, std::int64_t outputs, Bias bias, Initialiser& initialiser);
  [[nodiscard]] torch::Tensor forward(const torch::Tensor& x) const {
    return torch::linear(x, operand(weight), operand(bias));
  }

  torch::Tensor weight;  // [outputs, inputs]
  torch::Tensor bias;    // [outputs]; undefined without a bias
};

// y = x W + b: GPT-2 stores its weights as [inputs, outputs].
class TransposedLinear final : public torch::nn::Module {
 public:
  TransposedLinear(std::int64_t inputs, std::int64_t outputs, double standard_deviation, Initialiser& initialiser);
  // Shapes: [N, inputs] -> [N, outputs].
  [[nodiscard]] torch::Tensor forward(const torch::Tensor& x) const {
    return torch::addmm(operand(bias), x, operand(weight));
  }

  torch::Tensor weight;  // [inputs, outputs]
  torch::Tensor bias;    // [outputs]
};

// A convolution over time, padded so that stride 1 keeps the length.
class Convolution final : public torch::nn::Module {
 public:
  Convolution(std::int64_t inputs, std::int64_t outputs, std::int64_t kernel, std::int64_t stride,
              Initialiser& initialiser);
  // Shapes: [R, inputs, T] -> [R, outputs, ceil(T / stride)].
  [[nodiscard]] torch::Tensor forward(const torch::Tensor& x) const;

  torch::Tensor weight;  // [outputs, inputs, kernel]
  torch::Tensor bias;    // [outputs]

 private:
  std::int64_t stride_;
};

// A convolution of kernel 1, run as a matrix product over the last axis.
class PointwiseConvolution final : public torch::nn::Module {
 public:
  enum class Start { kUniform, kZero };
  PointwiseConvolution(std::int64_t inputs, std::int64_t outputs, Start start, Initialiser& initialiser);
  // Shapes: [..., inputs] -> [..., outputs].
  [[nodiscard]] torch::Tensor forward(const torch::Tensor& x) const {
    return torch::linear(x, operand(weight).squeeze(-1), operand(bias));
  }

  torch::Tensor weight;  // [outputs, inputs, 1]
  torch::Tensor bias;    // [outputs]
};

class LayerNorm final : public torch::nn::Module {
 public:
  LayerNorm(std::int64_t width, const Initialiser& initialiser);
  [[nodiscard]] torch::Tensor forward(const torch::Tensor& x) const {
    return torch::layer_norm(x, weight.sizes(), weight, bias);
  }

  torch::Tensor weight;  // [D]
  torch::Tensor bias;    // [D]
};

class Embedding final : public torch::nn::Module {
 public:
  Embedding(std::int64_t entries, std::int64_t width, double standard_deviation, Initialiser& initialiser);
  [[nodiscard]] torch::Tensor forward(const torch::Tensor& ids) const { return torch::embedding(weight, ids); }

  torch::Tensor weight;  // [entries, D]
};

// Weights and biases of the module's matrix products: of Linear, TransposedLinear and PointwiseConvolution.
[[nodiscard]] std::vector<torch::Tensor> product_parameters(const torch::nn::Module& module);

// Registers `module` under a dotted path such as "decoder.4.0.conv", with plain modules for the intermediate names.
template <typename M>
std::shared_ptr<M> register_at(torch::nn::Module& root, const std::string& path, std::shared_ptr<M> module) {
  const auto dot = path.find('.');
  if (dot == std::string::npos) return root.register_module(path, std::move(module));
  const std::string head = path.substr(0, dot);
  const auto children = root.named_children();
  const auto* found = children.find(head);
  const auto child = found ? *found : root.register_module(head, std::make_shared<torch::nn::Module>());
  return register_at(*child, path.substr(dot + 1), std::move(module));
}

}  // namespace myxtts::model
