#pragma once
// Turns a voice prompt's mel into the latents that condition the GPT, under XTTS v2's parameter names.

#include <torch/nn/module.h>
#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "model/layers.hpp"

namespace myxtts::model {

class SelfAttentionBlock;

// Encodes each prompt frame in the context of the whole prompt.
// Source: XTTS v2: Betker, "Better speech synthesis through scaling" (2023), without the residual around the norm.
class ConditioningEncoder final : public torch::nn::Module {
 public:
  ConditioningEncoder(std::int64_t mel_bins, std::int64_t width, std::int64_t blocks, std::int64_t heads,
                      Initialiser& initialiser);
  // Shapes: frames [R, T, M] -> [R, T, width].
  [[nodiscard]] torch::Tensor forward(const torch::Tensor& frames) const;

 private:
  std::shared_ptr<PointwiseConvolution> init_;
  std::vector<std::shared_ptr<SelfAttentionBlock>> blocks_;
};

class PerceiverLayer;

// Reduces a context of any length to a fixed number of latents.
// Source: Jaegle et al., "Perceiver" (2021); Alayrac et al., "Flamingo" (2022): keys of the latents and the context.
class PerceiverResampler final : public torch::nn::Module {
 public:
  // If context_width differs from width, the context is projected first (proj_context).
  PerceiverResampler(std::int64_t context_width, std::int64_t width, Initialiser& initialiser);
  // Shapes: context [R, T, context_width] -> [R, kLatents, width].
  [[nodiscard]] torch::Tensor forward(const torch::Tensor& context) const;

 private:
  std::shared_ptr<Linear> project_context_;  // null if the widths are equal
  torch::Tensor latents_;                    // [kLatents, D]
  std::vector<std::shared_ptr<PerceiverLayer>> layers_;
  torch::Tensor gamma_;  // [D]
};

}  // namespace myxtts::model
