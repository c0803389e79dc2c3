#include "model/gpt.hpp"

#include <algorithm>
#include <numeric>

#include "architecture/speech.hpp"
#include "architecture/voice_row.hpp"
#include "model/attention.hpp"

namespace myxtts::model {
namespace {

// XTTS v2 initialises token embeddings with standard deviation 1 and positions with 0.02. In training from scratch,
// positions of the same scale as tokens are learnt sooner, so both start as in GPT-2.
constexpr double kEmbeddingStandardDeviation = 0.02;

// Rows of x by position. On a CPU, the gradient of embedding() is summed in parallel, that of index_select() is not.
torch::Tensor gather_rows(const torch::Tensor& x, const torch::Tensor& positions) {
  return torch::embedding(x, positions);
}

// The rows of each length, in the order in which the lengths first occur.
std::vector<std::vector<std::size_t>> rows_of_equal_length(const contracts::RowOffsets& offsets) {
  const std::vector<std::int64_t> lengths = contracts::lengths_of(offsets);
  std::vector<std::vector<std::size_t>> groups;
  for (std::size_t row = 0; row < lengths.size(); ++row) {
    const auto same = std::ranges::find_if(groups, [&](const auto& rows) { return lengths[rows[0]] == lengths[row]; });
    (same == groups.end() ? groups.emplace_back() : *same).push_back(row);
  }
  return groups;
}

}  // namespace

double row_cost(const VoiceModelOptions& options, std::int64_t tokens, std::int64_t frames) {
  const auto as_double = [](std::int64_t number) { return static_cast<double>(number); };
  const double gpt_width = as_double(options.width);
  const double conditioning_width = as_double(options.conditioning_width);
  const double gpt = as_double(options.layers) * as_double(tokens) * gpt_width * (12 * gpt_width + as_double(tokens));
  const double conditioning = as_double(options.conditioning_blocks) * as_double(frames) * conditioning_width *
                              (4 * conditioning_width + 2 * as_double(frames));
  return gpt + conditioning;
}

VoiceModel::VoiceModel(const VoiceModelOptions& options, Initialiser& initialiser) : options_(options) {
  const std::int64_t width = options.width;
  const auto embedding = [&](std::int64_t entries) {
    return std::make_shared<Embedding>(entries, width, kEmbeddingStandardDeviation, initialiser);
  };
  const auto head = [&](std::int64_t outputs) {
    return std::make_shared<Linear>(width, outputs, Linear::Bias::kLearned, initialiser);
  };
  // As many heads as the GPT if they divide the width, else their greatest common divisor: in the size `small`, 6 heads
  // do not divide 256.
  const std::int64_t conditioning_heads = std::gcd(options.heads, options.conditioning_width);
  conditioning_encoder_ = register_module(
      "conditioning_encoder",
      std::make_shared<ConditioningEncoder>(architecture::kMelBins, options.conditioning_width,
                                            options.conditioning_blocks, conditioning_heads, initialiser));
  text_embedding_ = register_module("text_embedding", embedding(options.text_tokens));
  audio_embedding_ = register_module("mel_embedding", embedding(options.audio_tokens()));
  trunk_ = register_module("gpt", std::make_shared<Transformer>(options.layers, width, options.dropout, initialiser));
  audio_positions_ = register_at(*this, "mel_pos_embedding.emb", embedding(architecture::kAudioPositions));
  text_positions_ = register_at(*this, "text_pos_embedding.emb", embedding(architecture::kTextPositions));
  final_norm_ = register_module("final_norm", std::make_shared<LayerNorm>(width, initialiser));
  text_head_ = register_module("text_head", head(options.text_tokens));
  audio_head_ = register_module("mel_head", head(options.audio_tokens()));
  conditioning_perceiver_ = register_module(
      "conditioning_perceiver", std::make_shared<PerceiverResampler>(options.conditioning_width, width, initialiser));
}

VoiceLogits VoiceModel::forward(const contracts::PackedRows& rows) const {
  const torch::Tensor predicting = torch::cat({rows.text_rows, rows.audio_rows});
  const torch::Tensor finished = finish(gather_rows(trunk_output(rows), predicting));
  const auto parts = finished.split_with_sizes({rows.text_rows.size(0), rows.audio_rows.size(0)});
  return {text_head_->forward(parts[0]), audio_logits(parts[1])};
}

torch::Tensor VoiceModel::hidden(const contracts::PackedRows& rows) const { return finish(trunk_output(rows)); }

torch::Tensor VoiceModel::trunk_output(const contracts::PackedRows& rows) const {
  const torch::Tensor pieces =
      torch::cat({latents(rows.prompt_mels, rows.prompt_offsets), embed_text(rows.text_ids, rows.text_positions),
                  embed_audio(rows.audio_ids, rows.audio_positions)});
  return trunk_->forward(gather_rows(pieces, rows.order),
                         [heads = options_.heads, seen = attention_rows(rows)](std::int64_t, const torch::Tensor& qkv) {
                           return causal_attention(qkv, heads, seen);
                         });
}

torch::Tensor VoiceModel::latents(const torch::Tensor& frames, const contracts::RowOffsets& offsets) const {
  const auto of_batch = [&](const torch::Tensor& prompts) {
    return conditioning_perceiver_->forward(conditioning_encoder_->forward(prompts));
  };
  const auto rows = static_cast<std::int64_t>(offsets.size()) - 1;
  const std::vector<std::vector<std::size_t>> groups = rows_of_equal_length(offsets);
  if (groups.size() == 1) return of_batch(frames.view({rows, -1, frames.size(1)})).flatten(0, 1);
  std::vector<torch::Tensor> latents(offsets.size() - 1);
  for (const std::vector<std::size_t>& group : groups) {
    std::vector<torch::Tensor> prompts;
    for (const std::size_t row : group) prompts.push_back(contracts::part_of_row(frames, offsets, row));
    const std::vector<torch::Tensor> of_rows = of_batch(torch::stack(prompts)).unbind();
    for (std::size_t i = 0; i < group.size(); ++i) latents[group[i]] = of_rows[i];
  }
  return torch::cat(latents);
}

torch::Tensor VoiceModel::embed_text(const torch::Tensor& ids, const torch::Tensor& positions) const {
  return text_embedding_->forward(ids) + text_positions_->forward(positions);
}

torch::Tensor VoiceModel::embed_audio(const torch::Tensor& ids, const torch::Tensor& positions) const {
  return audio_embedding_->forward(ids) + audio_positions_->forward(positions);
}

torch::Tensor VoiceModel::finish(const torch::Tensor& hidden) const {
  return final_norm_->forward(trunk_->finish(hidden));
}

torch::Tensor VoiceModel::audio_logits(const torch::Tensor& finished) const { return audio_head_->forward(finished); }

}  // namespace myxtts::model
