#pragma once
// The GPT's trunk: GPT-2's blocks over packed tokens, without embeddings of its own.

#include <torch/nn/module.h>
#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "model/layers.hpp"

namespace myxtts::model {

// Attention between the tokens of a layer: (layer, qkv [N, 3 D]) -> [N, D]. Training, reading a prefix and a generation
// step differ only in this.
using Attention = std::function<torch::Tensor(std::int64_t layer, const torch::Tensor& qkv)>;

class TransformerBlock;

// Source: Radford et al., "Language models are unsupervised multitask learners" (2019); parameter names as in Hugging
// Face's GPT2Model. Deviation: no dropout on attention weights.
class Transformer final : public torch::nn::Module {
 public:
  Transformer(std::int64_t layers, std::int64_t width, double dropout, Initialiser& initialiser);

  // Dropout on the embeddings and on each residual branch, in training only.
  // Shapes: [N, D] -> [N, D]; finish() is not applied yet.
  [[nodiscard]] torch::Tensor forward(const torch::Tensor& embeddings, const Attention& attention) const;

  // The last norm (ln_f). Shapes: [N, D] -> [N, D].
  [[nodiscard]] torch::Tensor finish(const torch::Tensor& hidden) const { return last_norm_->forward(hidden); }

  [[nodiscard]] std::int64_t layers() const { return static_cast<std::int64_t>(blocks_.size()); }

 private:
  double dropout_;
  std::vector<std::shared_ptr<TransformerBlock>> blocks_;
  std::shared_ptr<LayerNorm> last_norm_;
};

}  // namespace myxtts::model
