#pragma once
// Attention over packed rows.

#include <torch/types.h>

#include <cstdint>

#include "contracts/packed_rows.hpp"

namespace myxtts::model {

// The rows of a packed axis, for attention within each of them.
struct AttentionRows {
  contracts::RowOffsets offsets;  // R + 1 numbers, the last one is N
  torch::Tensor on_device;        // the same, int32 [R + 1], on the device of the tokens; not needed on a CPU
};

// The rows of a batch, its padding as one row more.
[[nodiscard]] AttentionRows attention_rows(const contracts::PackedRows& rows);

// Causal attention: a token attends to itself and to the earlier tokens of its own row.
// Shapes: qkv [N, 3 D] (queries, keys, values; each [heads, D / heads]) -> [N, D].
// Thread/stream: no host synchronisation. On a GPU one variable-length kernel for all rows if libtorch has one for the
// dtype and the head's width (flash attention in 16 bits, memory-efficient attention in float32); else one per row.
[[nodiscard]] torch::Tensor causal_attention(const torch::Tensor& qkv, std::int64_t heads, const AttentionRows& rows);

// Attention of each query to all keys of its own batch entry.
// Shapes: queries [R, Tq, heads, c], keys and values [R, Tk, heads, c] (any strides with c last) -> [R, Tq, heads * c].
[[nodiscard]] torch::Tensor full_attention(const torch::Tensor& queries, const torch::Tensor& keys,
                                           const torch::Tensor& values);

}  // namespace myxtts::model
