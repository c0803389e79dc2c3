#pragma once
// The value types on the arrows of the pipeline. A batch is packed: all rows' tokens one after another, with offsets,
// never a padded rectangle. Axes: N packed tokens, R rows, T mel frames, M mel bins.

#include <torch/torch.h>

#include <cstdint>
#include <variant>
#include <vector>

#include "architecture/speech.hpp"
#include "architecture/voice_row.hpp"

namespace myxtts::contracts {

// Where a batch stands and what is in it; lives on the host.
struct BatchHeader {
  std::uint64_t sequence = 0;  // micro-batches since the stage began, from 0
  std::int64_t epoch = 0;
  std::int64_t micro_step = 0;   // within its optimiser step, from 0
  std::int64_t micro_steps = 1;  // of its optimiser step
  double audio_seconds = 0;      // real seconds of speech
  std::int64_t broken_rows = 0;  // whose recordings could not be read: silence that teaches nothing
  std::int64_t positions = 0;    // positions that are computed
  std::int64_t real_positions = 0;
};

// Mel crops for the codec.
struct CodecBatch {
  torch::Tensor mels;           // float32 [R, M, T], divided by the statistics
  torch::Tensor frame_weights;  // float32 [R, T]; sums to 1 over the optimiser step; 0 where a short clip is padded
};

// Rows for the voice model: [latents | START text STOP | START codes STOP STOP STOP], packed.
// The model concatenates latents (kLatents a row), text embeddings and audio embeddings and gathers them by `order`.
struct VoiceBatch {
  torch::Tensor text_ids;         // int64 [Nt]: START, text, (STOP)
  torch::Tensor text_positions;   // int64 [Nt], each row from 0
  torch::Tensor audio_ids;        // int64 [Na]: START, codes, STOP STOP STOP
  torch::Tensor audio_positions;  // int64 [Na], each row from 0
  torch::Tensor order;            // int64 [N]: packed position -> row of the concatenation [R * kLatents; Nt; Na]
  torch::Tensor text_rows;        // int64 [text targets]: packed position that predicts each text target
  torch::Tensor text_targets;     // int64 [text targets]
  torch::Tensor text_weights;     // float32 [text targets]: 1 / the step's text targets
  torch::Tensor audio_rows;       // int64 [audio targets]
  torch::Tensor audio_targets;    // int64 [audio targets]
  torch::Tensor audio_weights;    // float32 [audio targets]: 1 / the step's unmasked audio targets, 0 where masked
  torch::Tensor prompt_mels;      // float32 [T, M], all rows' prompts packed, divided by the statistics
  torch::Tensor row_offsets;      // int32 [R + 1] into the packed tokens
  torch::Tensor prompt_offsets;   // int32 [R + 1] into prompt_mels
  std::vector<std::int64_t> host_row_offsets;  // the same on the host, so that no one asks the device
  std::vector<std::int64_t> host_prompt_offsets;
  std::int64_t text_target_count = 0;  // in this batch
  std::int64_t audio_target_count = 0;
};

using architecture::kFramesPerCode;
using architecture::kLatents;
using architecture::kSamplesPerCode;
inline constexpr std::int64_t kAudioStops = architecture::kAudioStopInputs;

struct Batch {
  BatchHeader header;
  std::variant<CodecBatch, VoiceBatch> payload;
};

// Calls f(torch::Tensor&) for each tensor of a payload, always in the same order.
template <typename F>
void for_each_tensor(CodecBatch& batch, F&& f) {
  f(batch.mels);
  f(batch.frame_weights);
}

template <typename F>
void for_each_tensor(VoiceBatch& batch, F&& f) {
  for (torch::Tensor* tensor :
       {&batch.text_ids, &batch.text_positions, &batch.audio_ids, &batch.audio_positions, &batch.order,
        &batch.text_rows, &batch.text_targets, &batch.text_weights, &batch.audio_rows, &batch.audio_targets,
        &batch.audio_weights, &batch.prompt_mels, &batch.row_offsets, &batch.prompt_offsets}) {
    f(*tensor);
  }
}

template <typename F>
void for_each_tensor(Batch& batch, F&& f) {
  std::visit([&](auto& payload) { for_each_tensor(payload, f); }, batch.payload);
}

// Of all tensors of a batch. Units: bytes.
[[nodiscard]] std::int64_t bytes_of(const Batch& batch);

// Throws std::logic_error where shapes, dtypes, offsets or targets of a batch do not fit each other. Reads host
// memory only, so it is cheap and safe to call on the data side for every batch.
void validate(const Batch& batch);

}  // namespace myxtts::contracts
