// Attention. With dropout by the plain formulas; the seed of the mask travels to the backward pass as the GPU's does.

#include <ATen/CPUGeneratorImpl.h>

#include <cmath>
#include <limits>
#include <tuple>

#include "simulated_cuda/emulator/computations.hpp"

namespace myxtts::simulated_cuda {
namespace {

std::optional<at::Tensor> tensor_if_any(const c10::IValue& value) {
  return value.isTensor() && value.toTensor().defined() ? std::optional(value.toTensor()) : std::nullopt;
}

// Axes of query, key and value: [rows, heads, positions, width].
struct Attention {
  at::Tensor query, key, value;
  std::optional<at::Tensor> bias;
  double dropout = 0;
  bool causal = false;
  std::optional<double> scale;

  [[nodiscard]] double factor() const { return scale ? *scale : 1 / std::sqrt(static_cast<double>(query.size(-1))); }

  // The weights before dropout, in fp32.
  [[nodiscard]] at::Tensor weights() const {
    at::Tensor scores = query.to(at::kFloat).matmul(key.to(at::kFloat).transpose(-2, -1)).mul_(factor());
    if (bias) scores = scores + *bias;
    if (causal) {
      const at::Tensor seen = at::ones({query.size(-2), key.size(-2)}, at::kBool).tril();
      scores = scores.masked_fill(seen.logical_not(), -std::numeric_limits<float>::infinity());
    }
    return at::softmax(scores, -1);
  }

  // What each weight is multiplied with: 0, or 1 / (1 - dropout).
  [[nodiscard]] at::Tensor dropped(const at::Tensor& weights, const at::Tensor& seed) const {
    const auto number = static_cast<std::uint64_t>(seed.reshape({-1})[0].item<std::int64_t>());
    const at::Tensor kept = keep_mask(weights, 1 - dropout, at::make_generator<at::CPUGeneratorImpl>(number));
    return kept.to(at::kFloat).mul_(dropout < 1 ? 1 / (1 - dropout) : 0);
  }

  // Returns the output and the logarithm of the scores' sums; fills `seed` if there is dropout.
  [[nodiscard]] std::tuple<at::Tensor, at::Tensor> forward(const at::Tensor& seed,
                                                           const std::optional<at::Generator>& generator) const {
    if (dropout == 0) {
      return at::_scaled_dot_product_flash_attention_for_cpu(query, key, value, 0.0, causal, bias, scale);
    }
    seed.random_(0, std::int64_t{1} << 62, *generator);
    const at::Tensor all = weights();
    const at::Tensor output = all.mul(dropped(all, seed)).matmul(value.to(at::kFloat));
    const at::Tensor unused = at::zeros({query.size(0), query.size(1), query.size(2)}, at::kFloat);
    return {output.to(query.scalar_type()), unused};
  }

  // Gradients of query, key and value.
  [[nodiscard]] std::tuple<at::Tensor, at::Tensor, at::Tensor> backward(const at::Tensor& gradient,
                                                                        const at::Tensor& output,
                                                                        const at::Tensor& log_sums,
                                                                        const at::Tensor& seed) const {
    if (dropout == 0) {
      return at::_scaled_dot_product_flash_attention_for_cpu_backward(gradient, query, key, value, output, log_sums,
                                                                      0.0, causal, bias, scale);
    }
    const at::Tensor all = weights(), factors = dropped(all, seed), outer = gradient.to(at::kFloat);
    const at::Tensor of_value = all.mul(factors).transpose(-2, -1).matmul(outer);
    const at::Tensor of_weights = outer.matmul(value.to(at::kFloat).transpose(-2, -1)).mul(factors);
    const at::Tensor of_scores = all.mul(of_weights - of_weights.mul(all).sum(-1, true)).mul(factor());
    return {of_scores.matmul(key.to(at::kFloat)).to(query.scalar_type()),
            of_scores.transpose(-2, -1).matmul(query.to(at::kFloat)).to(query.scalar_type()),
            of_value.to(query.scalar_type())};
  }
};

at::Tensor no_offset() { return at::zeros({}, at::kLong); }

}  // namespace

// query, key, value, bias, with log sums, dropout, causal; scale
void efficient_attention(Stack& s, const std::optional<at::Generator>& generator) {
  const Attention attention{s[0].toTensor(), s[1].toTensor(), s[2].toTensor(),          tensor_if_any(s[3]),
                            s[5].toDouble(), s[6].toBool(),   s[7].toOptional<double>()};
  const at::Tensor seed = at::zeros({}, at::kLong);
  auto [output, log_sums] = attention.forward(seed, generator);
  s = {output, log_sums, seed, no_offset()};
}

// gradient, query, key, value, bias, output, log sums, seed, offset, dropout, wanted gradients, causal; scale
void efficient_attention_backward(Stack& s, const std::optional<at::Generator>&) {
  const Attention attention{s[1].toTensor(), s[2].toTensor(), s[3].toTensor(),           tensor_if_any(s[4]),
                            s[9].toDouble(), s[11].toBool(),  s[12].toOptional<double>()};
  auto [query, key, value] = attention.backward(s[0].toTensor(), s[5].toTensor(), s[6].toTensor(), s[7].toTensor());
  s = {query, key, value, at::Tensor()};
}

// query, key, value, dropout, causal, with mask; scale
void flash_attention(Stack& s, const std::optional<at::Generator>& generator) {
  const Attention attention{s[0].toTensor(), s[1].toTensor(), s[2].toTensor(),          std::nullopt,
                            s[3].toDouble(), s[4].toBool(),   s[6].toOptional<double>()};
  const at::Tensor seed = at::zeros({2}, at::kLong);
  auto [output, log_sums] = attention.forward(seed, generator);
  const std::int64_t queries = attention.query.size(2), keys = attention.key.size(2);
  s = {output, log_sums, at::Tensor(), at::Tensor(), queries, keys, seed, no_offset(), at::Tensor()};
}

// gradient, query, key, value, output, log sums, offsets of queries and keys, their max, dropout, causal, seed, offset;
// scale
void flash_attention_backward(Stack& s, const std::optional<at::Generator>&) {
  const Attention attention{s[1].toTensor(),  s[2].toTensor(), s[3].toTensor(),           std::nullopt,
                            s[10].toDouble(), s[11].toBool(),  s[14].toOptional<double>()};
  auto [query, key, value] = attention.backward(s[0].toTensor(), s[4].toTensor(), s[5].toTensor(), s[12].toTensor());
  s = {query, key, value};
}

}  // namespace myxtts::simulated_cuda
