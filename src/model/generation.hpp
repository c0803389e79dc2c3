#pragma once
// Generates audio codes one after another, for many sentences at a time.

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "architecture/voice_row.hpp"
#include "contracts/packed_rows.hpp"
#include "model/gpt.hpp"

namespace myxtts::model {

// Rows that are generated together, with the key-value cache of their tokens so far. Prefixes are right-aligned, so
// that each step writes the same position of every row; a key's position in the cache has no effect, only its mask has.
class Generation {
 public:
  // Reads the prefixes [latents | text]; step() generates from there. `text_ids` are complete rows: START, text,
  // (STOP). Records no gradients. The model must be in evaluation mode and must outlive this object.
  // Shapes: latents [B, kLatents, D].
  // Throws: std::logic_error if there are not as many latents as texts, a text or max_steps does not fit the model's
  // positions, or the model is in training mode.
  Generation(const VoiceModel& model, const torch::Tensor& latents,
             const std::vector<std::vector<std::int64_t>>& text_ids,
             std::int64_t max_steps = architecture::kAudioPositions);

  // Reads one audio token for each row, at audio position steps(); the first one is START.
  // Shapes: ids int64 [B] -> logits [B, codes + 2] of the next token.
  // Throws: std::logic_error after max_steps.
  [[nodiscard]] torch::Tensor step(const torch::Tensor& ids);

  // Keeps only these rows, in this order, because rows that have ended cost time.
  // Shapes: rows int64 [B'], indices into the current rows.
  void keep(const torch::Tensor& rows);

  [[nodiscard]] std::int64_t rows() const { return mask_.size(0); }
  [[nodiscard]] std::int64_t steps() const { return steps_; }

 private:
  void read_prefixes(const torch::Tensor& latents, const std::vector<std::vector<std::int64_t>>& text_ids);
  // Starts the layer's cache, in the precision in which the layer computed, with the keys and values of the prefixes.
  void remember_prefixes(std::int64_t layer, const torch::Tensor& qkv, const contracts::RowOffsets& offsets);
  [[nodiscard]] torch::Tensor attend(std::int64_t layer, const torch::Tensor& qkv);

  const VoiceModel& model_;
  std::int64_t prefix_ = 0;  // tokens of the longest prefix
  std::int64_t max_steps_;
  std::int64_t steps_ = 0;
  torch::Tensor mask_;                 // [B, 1, 1, prefix + max_steps]: 0, or -infinity before a short prefix
  std::vector<torch::Tensor> keys_;    // one per layer: [B, heads, prefix + max_steps, D / heads]
  std::vector<torch::Tensor> values_;  // the same
};

}  // namespace myxtts::model
