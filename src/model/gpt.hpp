#pragma once
// The voice model: predicts the next audio code from a prompt, a text and the audio codes so far, under XTTS v2's
// parameter names.

#include <torch/nn/module.h>
#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "architecture/model_options.hpp"
#include "contracts/packed_rows.hpp"
#include "model/conditioning.hpp"
#include "model/transformer.hpp"

namespace myxtts::model {

using architecture::VoiceModelOptions;

// Multiply-adds, up to a common factor, of the large matrix products for a row of `tokens` packed tokens whose prompt
// has `frames` frames.
[[nodiscard]] double row_cost(const VoiceModelOptions& options, std::int64_t tokens, std::int64_t frames);

struct VoiceLogits {
  torch::Tensor text;   // [text targets, text vocabulary]
  torch::Tensor audio;  // [audio targets, codes + 2]
};

class VoiceModel final : public torch::nn::Module {
 public:
  VoiceModel(const VoiceModelOptions& options, Initialiser& initialiser);

  // The logits that predict the rows' targets, in the targets' order.
  // Thread/stream: no host synchronisation.
  [[nodiscard]] VoiceLogits forward(const contracts::PackedRows& rows) const;

  // The input of the heads at every packed position, after both last norms. Shapes: -> [N, D].
  [[nodiscard]] torch::Tensor hidden(const contracts::PackedRows& rows) const;

  // The latents of packed prompts, row after row. Prompts of equal length run as one batch, wherever they stand.
  // Shapes: frames [T, M], offsets [R + 1] ending in T -> [R * kLatents, D].
  [[nodiscard]] torch::Tensor latents(const torch::Tensor& frames, const contracts::RowOffsets& offsets) const;

  // The trunk's input: embeddings of tokens plus positions. Shapes: int64 [N], [N] -> [N, D].
  [[nodiscard]] torch::Tensor embed_text(const torch::Tensor& ids, const torch::Tensor& positions) const;
  [[nodiscard]] torch::Tensor embed_audio(const torch::Tensor& ids, const torch::Tensor& positions) const;

  // Both last norms. Shapes: the trunk's output [N, D] -> [N, D].
  [[nodiscard]] torch::Tensor finish(const torch::Tensor& hidden) const;
  // Shapes: finished hidden states [N, D] -> [N, codes + 2].
  [[nodiscard]] torch::Tensor audio_logits(const torch::Tensor& finished) const;

  [[nodiscard]] const Transformer& trunk() const { return *trunk_; }
  [[nodiscard]] const VoiceModelOptions& options() const { return options_; }

 private:
  [[nodiscard]] torch::Tensor trunk_output(const contracts::PackedRows& rows) const;

  VoiceModelOptions options_;
  std::shared_ptr<ConditioningEncoder> conditioning_encoder_;
  std::shared_ptr<Embedding> text_embedding_, audio_embedding_;
  std::shared_ptr<Transformer> trunk_;
  std::shared_ptr<Embedding> audio_positions_, text_positions_;
  std::shared_ptr<LayerNorm> final_norm_;
  std::shared_ptr<Linear> text_head_, audio_head_;
  std::shared_ptr<PerceiverResampler> conditioning_perceiver_;
};

}  // namespace myxtts::model
