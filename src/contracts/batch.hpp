#pragma once
// The value types that the parts of the pipeline exchange. Axes: R rows, T mel frames, M mel bins.

#include <torch/types.h>

#include <cstdint>
#include <variant>
#include <vector>

#include "contracts/packed_rows.hpp"

namespace myxtts::contracts {

// The position of a batch in its stage, and its contents in numbers; on the host.
struct BatchHeader {
  std::uint64_t sequence = 0;  // micro-batches since the stage began, from 0
  std::int64_t epoch = 0;
  std::int64_t micro_step = 0;   // within its optimiser step, from 0
  std::int64_t micro_steps = 1;  // number of micro-batches in its optimiser step
  double audio_seconds = 0;      // real seconds of speech
  std::int64_t broken_rows = 0;  // rows whose recordings could not be read: silence, excluded from the loss
  std::int64_t positions = 0;    // positions that are computed
  std::int64_t real_positions = 0;
};

// Mel crops for the codec.
struct CodecBatch {
  torch::Tensor mels;           // float32 [R, M, T], divided by the standard deviation
  torch::Tensor frame_weights;  // float32 [R, T]; sums to 1 over the optimiser step; 0 at padded frames of a short clip
};

// Rows for the voice model, in groups that the model role computes in parallel: on a CPU at most one group for each of
// its threads, on a GPU one. All weights are relative to the whole optimiser step, so the groups' losses add up.
struct VoiceBatch {
  std::vector<PackedRows> groups;
};

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

// Size of all tensors of a batch. Units: bytes.
[[nodiscard]] std::int64_t bytes_of(const Batch& batch);

// Throws std::logic_error if shapes, dtypes, offsets or targets of a batch are inconsistent. Reads host memory only, so
// it is cheap and safe to call on the data side for every batch.
void validate(const Batch& batch);

}  // namespace myxtts::contracts
