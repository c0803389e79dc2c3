#include "model/voice_loss.hpp"

#include <optional>

namespace myxtts::model {
namespace {

torch::Tensor weighted_cross_entropy(const torch::Tensor& logits, const torch::Tensor& targets,
                                     const torch::Tensor& weights) {
  return torch::cross_entropy_loss(logits.to(torch::kFloat32), targets, std::nullopt, at::Reduction::None).dot(weights);
}

}  // namespace

VoiceLoss voice_loss(const VoiceLogits& logits, const contracts::PackedRows& rows, double text_weight) {
  const torch::Tensor text = weighted_cross_entropy(logits.text, rows.text_targets, rows.text_weights);
  const torch::Tensor audio = weighted_cross_entropy(logits.audio, rows.audio_targets, rows.audio_weights);
  const torch::Tensor right = logits.audio.detach().argmax(1).eq(rows.audio_targets).to(torch::kFloat32);
  return {.loss = audio + text_weight * text,
          .text_loss = text.detach(),
          .audio_loss = audio.detach(),
          .audio_accuracy = right.dot(rows.audio_weights)};
}

}  // namespace myxtts::model
