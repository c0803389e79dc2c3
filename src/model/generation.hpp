#pragma once
// Audio codes one after another, for many sentences at a time.

#include <torch/torch.h>

#include <cstdint>
#include <vector>

#include "architecture/voice_row.hpp"
#include "model/gpt.hpp"

namespace myxtts::model {

// Sentences being spoken together, with the keys and values of what they read so far. Prefixes are aligned at their
// ends, so that each step writes the same place of every row; nothing depends on where a key lies, only on its mask.
class Generation {
 public:
  // Reads the prefixes [latents | text]; steps follow. `text_ids` are complete rows: START, text, (STOP). Gives no
  // gradients. The model must be in evaluation mode and outlive this.
  // Shapes: latents [B, kLatents, D].
  // Throws: std::logic_error where the rows do not fit each other or the model's text positions, or the model trains.
  Generation(const VoiceModel& model, const torch::Tensor& latents,
             const std::vector<std::vector<std::int64_t>>& text_ids,
             std::int64_t max_steps = architecture::kAudioPositions);

  // Reads one audio token for each row, at audio position steps(); the first one is START.
  // Shapes: ids int64 [B] -> logits [B, codes + 2] of the next token.
  // Throws: std::logic_error after max_steps.
  [[nodiscard]] torch::Tensor step(const torch::Tensor& ids);

  // Goes on with these rows alone, in this order: rows that have ended cost time.
  // Shapes: rows int64 [B'], positions among the rows of now.
  void keep(const torch::Tensor& rows);

  [[nodiscard]] std::int64_t rows() const { return mask_.size(0); }
  [[nodiscard]] std::int64_t steps() const { return steps_; }

 private:
  void read_prefixes(const torch::Tensor& latents, const std::vector<std::vector<std::int64_t>>& text_ids);
  [[nodiscard]] torch::Tensor attend(std::int64_t layer, const torch::Tensor& qkv);

  const VoiceModel& model_;
  std::int64_t prefix_ = 0;  // tokens of the longest prefix
  std::int64_t max_steps_;
  std::int64_t steps_ = 0;
  torch::Tensor mask_;                 // float32 [B, 1, 1, prefix + max_steps]: 0, or -infinity before a short prefix
  std::vector<torch::Tensor> keys_;    // a layer: [B, heads, prefix + max_steps, D / heads]
  std::vector<torch::Tensor> values_;  // the same
};

}  // namespace myxtts::model
