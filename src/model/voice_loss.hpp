#pragma once
// The voice model's loss.

#include <torch/types.h>

#include "contracts/packed_rows.hpp"
#include "model/gpt.hpp"

namespace myxtts::model {

// All 0-dimensional float32, on the logits' device.
struct VoiceLoss {
  torch::Tensor loss;            // audio_loss + text_weight * text_loss
  torch::Tensor text_loss;       // weighted sum of cross entropies; summed over a step's micro-batches: its mean
  torch::Tensor audio_loss;      // the same
  torch::Tensor audio_accuracy;  // weighted sum of correct predictions
};

// Cross entropies in float32, weighted by the rows' weights; all but `loss` are detached.
// Thread/stream: no host synchronisation.
[[nodiscard]] VoiceLoss voice_loss(const VoiceLogits& logits, const contracts::PackedRows& rows, double text_weight);

}  // namespace myxtts::model
