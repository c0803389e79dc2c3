#pragma once
// Rows that the voice model reads (architecture/voice_row.hpp), packed, and how to find a single row among them.
// preparation/voice_packing writes them. Axes: N packed tokens, R rows, T mel frames, M mel bins.
//
// The axes of tokens and of targets may end in padding, after what the offsets cover: tokens of a row of their own that
// no target reads, and targets of weight 0. It makes sizes repeat (padded_size.hpp).

#include <torch/types.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace myxtts::contracts {

// Where each row begins on a packed axis, plus the axis' length at the end: R + 1 numbers, on the host, so that reading
// them needs no synchronisation.
using RowOffsets = std::vector<std::int64_t>;

// Rows [latents | START text STOP | START codes STOP STOP STOP], one after another, never a padded rectangle.
// The model concatenates latents (kLatents a row), text embeddings and audio embeddings and gathers them by `order`.
struct PackedRows {
  torch::Tensor text_ids;         // int64 [Nt]: START, text, (STOP)
  torch::Tensor text_positions;   // int64 [Nt], each row from 0
  torch::Tensor audio_ids;        // int64 [Na]: START, codes, STOP STOP STOP
  torch::Tensor audio_positions;  // int64 [Na], each row from 0
  torch::Tensor order;            // int64 [N]: packed position -> row of the concatenation [R * kLatents; Nt; Na]
  torch::Tensor text_rows;        // int64 [text targets]: packed position that predicts each text target
  torch::Tensor text_targets;     // int64 [text targets]
  torch::Tensor text_weights;     // float32 [text targets]: 1 / the step's text targets, 0 if masked
  torch::Tensor audio_rows;       // int64 [audio targets]
  torch::Tensor audio_targets;    // int64 [audio targets]: codes, STOP STOP STOP STOP
  torch::Tensor audio_weights;    // float32 [audio targets]: 1 / the step's unmasked audio targets, 0 if masked
  torch::Tensor prompt_mels;      // float32 [T, M], all rows' prompts packed, divided by the standard deviation
  torch::Tensor token_offsets;    // int32 [R + 1], one more with padding: rows_with_padding() on the device
  RowOffsets row_offsets;         // on the axis of packed tokens
  RowOffsets prompt_offsets;      // on the axis of prompt_mels' frames
  RowOffsets text_target_offsets;
  RowOffsets audio_target_offsets;
};

// Calls f(torch::Tensor&) for each tensor, always in the same order.
template <typename F>
void for_each_tensor(PackedRows& rows, F&& f) {
  for (torch::Tensor* tensor : {&rows.text_ids, &rows.text_positions, &rows.audio_ids, &rows.audio_positions,
                                &rows.order, &rows.text_rows, &rows.text_targets, &rows.text_weights, &rows.audio_rows,
                                &rows.audio_targets, &rows.audio_weights, &rows.prompt_mels, &rows.token_offsets}) {
    f(*tensor);
  }
}

// The rows' offsets on the axis of packed tokens, of size `tokens`, with the padding, if there is any, as one row more.
[[nodiscard]] RowOffsets rows_with_padding(RowOffsets row_offsets, std::int64_t tokens);

// The length of each row. Shapes: -> [R].
[[nodiscard]] std::vector<std::int64_t> lengths_of(const RowOffsets& offsets);

// A row's part of a packed tensor, as a view. Shapes: values [offsets.back(), ...] -> [the row's length, ...].
[[nodiscard]] torch::Tensor part_of_row(const torch::Tensor& values, const RowOffsets& offsets, std::size_t row);

// The codes of a row, without START and STOPs, as a view. Shapes: -> int64 [codes].
[[nodiscard]] torch::Tensor codes_of_row(const PackedRows& rows, std::size_t row);

}  // namespace myxtts::contracts
