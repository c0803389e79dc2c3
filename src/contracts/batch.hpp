#pragma once
// The value types on the arrows of the pipeline. Axes: R rows, T mel frames, M mel bins.

#include <torch/torch.h>

#include <cstdint>
#include <variant>
#include <vector>

#include "architecture/speech.hpp"
#include "contracts/packed_rows.hpp"

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

// Rows for the voice model, in the groups that the model role computes side by side: as many as its threads at most on
// a CPU, one on a GPU. The weights of all groups are the optimiser step's, so their losses add up.
struct VoiceBatch {
  std::vector<PackedRows> groups;
};

using architecture::kFramesPerCode;
using architecture::kSamplesPerCode;

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
  for (PackedRows& group : batch.groups) for_each_tensor(group, f);
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
