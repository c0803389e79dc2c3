#include "model/conditioning.hpp"

#include <cmath>
#include <string>

#include "architecture/model_options.hpp"
#include "architecture/voice_row.hpp"
#include "contracts/packed_rows.hpp"
#include "model/attention.hpp"

namespace myxtts::model {
namespace {

using architecture::kPerceiverHeadWidth;
using architecture::kPerceiverInner;

constexpr double kLatentStandardDeviation = 0.02;

// Groups of the conditioning encoder's norm: 32, fewer in narrow encoders (XTTS v2's rule).
std::int64_t norm_groups(std::int64_t width) {
  std::int64_t groups = width <= 16 ? 8 : width <= 64 ? 16 : 32;
  while (width % groups != 0) groups /= 2;
  return groups;
}

}  // namespace

// Self-attention over the frames of a prompt, added to the *normalised* input.
class SelfAttentionBlock final : public torch::nn::Module {
 public:
  SelfAttentionBlock(std::int64_t width, std::int64_t heads, Initialiser& initialiser) : heads_(heads) {
    using Start = PointwiseConvolution::Start;
    norm_ = register_module("norm", std::make_shared<LayerNorm>(width, initialiser));
    qkv_ =
        register_module("qkv", std::make_shared<PointwiseConvolution>(width, 3 * width, Start::kUniform, initialiser));
    project_ =
        register_module("proj_out", std::make_shared<PointwiseConvolution>(width, width, Start::kZero, initialiser));
  }

  // Shapes: [R, T, D] -> the same.
  [[nodiscard]] torch::Tensor forward(const torch::Tensor& x) const {
    // The norm's statistics run over a group's channels and all frames, so it is a group norm of [R, D, T].
    const torch::Tensor grouped =
        torch::group_norm(x.transpose(1, 2), norm_groups(x.size(2)), norm_->weight, norm_->bias);
    const torch::Tensor normalised = grouped.transpose(1, 2).contiguous();
    // Each head's query, key and value are adjacent.
    const torch::Tensor qkv = qkv_->forward(normalised).view({x.size(0), x.size(1), heads_, 3, x.size(2) / heads_});
    const auto parts = qkv.unbind(3);
    return normalised + project_->forward(full_attention(parts[0], parts[1], parts[2]));
  }

 private:
  std::int64_t heads_;
  std::shared_ptr<LayerNorm> norm_;  // the group norm's weight and bias
  std::shared_ptr<PointwiseConvolution> qkv_, project_;
};

ConditioningEncoder::ConditioningEncoder(std::int64_t mel_bins, std::int64_t width, std::int64_t blocks,
                                         std::int64_t heads, Initialiser& initialiser) {
  init_ = register_module("init", std::make_shared<PointwiseConvolution>(
                                      mel_bins, width, PointwiseConvolution::Start::kUniform, initialiser));
  for (std::int64_t i = 0; i < blocks; ++i) {
    blocks_.push_back(register_at(*this, "attn." + std::to_string(i),
                                  std::make_shared<SelfAttentionBlock>(width, heads, initialiser)));
  }
}

torch::Tensor ConditioningEncoder::forward(const torch::Tensor& frames) const {
  torch::Tensor x = init_->forward(frames);
  for (const auto& block : blocks_) x = block->forward(x);
  return x;
}

// Attention of the latents to themselves and the context, then a gated feed-forward layer, each with a residual.
class PerceiverLayer final : public torch::nn::Module {
 public:
  PerceiverLayer(std::int64_t width, Initialiser& initialiser) {
    const std::int64_t hidden = architecture::perceiver_hidden(width);
    const auto add = [&](const std::string& path, std::int64_t inputs, std::int64_t outputs, Linear::Bias bias) {
      return register_at(*this, path, std::make_shared<Linear>(inputs, outputs, bias, initialiser));
    };
    to_queries_ = add("0.to_q", width, kPerceiverInner, Linear::Bias::kNone);
    to_keys_values_ = add("0.to_kv", width, 2 * kPerceiverInner, Linear::Bias::kNone);
    to_out_ = add("0.to_out", kPerceiverInner, width, Linear::Bias::kNone);
    expand_ = add("1.0", width, 2 * hidden, Linear::Bias::kLearned);
    contract_ = add("1.2", hidden, width, Linear::Bias::kLearned);
  }

  // Shapes: latents [R, L, D], context [R, T, D] -> [R, L, D].
  [[nodiscard]] torch::Tensor forward(const torch::Tensor& latents, const torch::Tensor& context) const {
    const torch::Tensor attended = attend(latents, context) + latents;
    const auto halves = expand_->forward(attended).chunk(2, -1);
    return contract_->forward(halves[0] * torch::gelu(halves[1])) + attended;
  }

 private:
  [[nodiscard]] torch::Tensor attend(const torch::Tensor& latents, const torch::Tensor& context) const {
    const auto in_heads = [](const torch::Tensor& x) {
      return x.unflatten(2, {x.size(2) / kPerceiverHeadWidth, kPerceiverHeadWidth});
    };
    const torch::Tensor seen = torch::cat({latents, context}, 1);
    const auto keys_values = in_heads(to_keys_values_->forward(seen)).chunk(2, 2);
    const torch::Tensor queries = in_heads(to_queries_->forward(latents));
    return to_out_->forward(full_attention(queries, keys_values[0], keys_values[1]));
  }

  std::shared_ptr<Linear> to_queries_, to_keys_values_, to_out_, expand_, contract_;
};

PerceiverResampler::PerceiverResampler(std::int64_t context_width, std::int64_t width, Initialiser& initialiser) {
  if (context_width != width) {
    project_context_ = register_module(
        "proj_context", std::make_shared<Linear>(context_width, width, Linear::Bias::kLearned, initialiser));
  }
  latents_ =
      register_parameter("latents", initialiser.normal({architecture::kLatents, width}, kLatentStandardDeviation));
  for (std::int64_t i = 0; i < architecture::kPerceiverLayers; ++i) {
    layers_.push_back(
        register_at(*this, "layers." + std::to_string(i), std::make_shared<PerceiverLayer>(width, initialiser)));
  }
  const auto norm = register_module("norm", std::make_shared<torch::nn::Module>());
  gamma_ = norm->register_parameter("gamma", initialiser.constant({width}, 1.0));
}

torch::Tensor PerceiverResampler::forward(const torch::Tensor& context) const {
  const torch::Tensor projected = project_context_ ? project_context_->forward(context) : context;
  torch::Tensor latents = latents_.expand({context.size(0), -1, -1});
  for (const auto& layer : layers_) latents = layer->forward(latents, projected);
  constexpr double kMinNorm = 1e-12;
  const torch::Tensor norm = latents.norm(2, -1, true).clamp_min(kMinNorm);
  return latents / norm * std::sqrt(static_cast<double>(latents.size(2))) * gamma_;
}

}  // namespace myxtts::model
