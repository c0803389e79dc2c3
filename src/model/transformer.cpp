#include "model/transformer.hpp"

#include <cmath>
#include <string>

#include "model/dropout.hpp"

namespace myxtts::model {
namespace {

constexpr double kStandardDeviation = 0.02;

}  // namespace

class TransformerBlock final : public torch::nn::Module {
 public:
  // `residual_standard_deviation`: initial standard deviation of the layers whose output is added to the residual
  // stream.
  TransformerBlock(std::int64_t width, double residual_standard_deviation, Initialiser& initialiser) {
    const auto add = [&](const std::string& path, std::int64_t inputs, std::int64_t outputs,
                         double standard_deviation) {
      return register_at(*this, path,
                         std::make_shared<TransposedLinear>(inputs, outputs, standard_deviation, initialiser));
    };
    attention_norm_ = register_module("ln_1", std::make_shared<LayerNorm>(width, initialiser));
    to_qkv_ = add("attn.c_attn", width, 3 * width, kStandardDeviation);
    from_attention_ = add("attn.c_proj", width, width, residual_standard_deviation);
    feed_forward_norm_ = register_module("ln_2", std::make_shared<LayerNorm>(width, initialiser));
    expand_ = add("mlp.c_fc", width, 4 * width, kStandardDeviation);
    contract_ = add("mlp.c_proj", 4 * width, width, residual_standard_deviation);
  }

  [[nodiscard]] torch::Tensor forward(const torch::Tensor& x, std::int64_t layer, const Attention& attention,
                                      double dropout) const {
    const bool training = is_training();
    const torch::Tensor attended = attention(layer, to_qkv_->forward(attention_norm_->forward(x)));
    const torch::Tensor y = add_with_dropout(x, from_attention_->forward(attended), dropout, training);
    const torch::Tensor expanded = torch::gelu(expand_->forward(feed_forward_norm_->forward(y)), "tanh");
    return add_with_dropout(y, contract_->forward(expanded), dropout, training);
  }

 private:
  std::shared_ptr<LayerNorm> attention_norm_, feed_forward_norm_;
  std::shared_ptr<TransposedLinear> to_qkv_, from_attention_, expand_, contract_;
};

Transformer::Transformer(std::int64_t layers, std::int64_t width, double dropout, Initialiser& initialiser)
    : dropout_(dropout) {
  const double residual_standard_deviation = kStandardDeviation / std::sqrt(2.0 * static_cast<double>(layers));
  for (std::int64_t i = 0; i < layers; ++i) {
    blocks_.push_back(register_at(*this, "h." + std::to_string(i),
                                  std::make_shared<TransformerBlock>(width, residual_standard_deviation, initialiser)));
  }
  last_norm_ = register_module("ln_f", std::make_shared<LayerNorm>(width, initialiser));
}

torch::Tensor Transformer::forward(const torch::Tensor& embeddings, const Attention& attention) const {
  torch::Tensor x = with_dropout(embeddings, dropout_, is_training());
  for (std::int64_t i = 0; i < layers(); ++i) {
    x = blocks_[static_cast<std::size_t>(i)]->forward(x, i, attention, dropout_);
  }
  return x;
}

}  // namespace myxtts::model
