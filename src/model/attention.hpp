#pragma once
// Attention over packed rows.

#include <torch/types.h>

#include <cstdint>

#include "contracts/packed_rows.hpp"

namespace myxtts::model {

// Causal attention: a token attends to itself and to the earlier tokens of its own row.
// Shapes: qkv [N, 3 D] (queries, keys, values; each [heads, D / heads]), row_offsets [R + 1] ending in N -> [N, D].
// Thread/stream: one kernel per row; no host synchronisation.
[[nodiscard]] torch::Tensor causal_attention(const torch::Tensor& qkv, std::int64_t heads,
                                             const contracts::RowOffsets& row_offsets);

// Attention of each query to all keys of its own batch entry.
// Shapes: queries [R, Tq, heads, c], keys and values [R, Tk, heads, c] (any strides with c last) -> [R, Tq, heads * c].
[[nodiscard]] torch::Tensor full_attention(const torch::Tensor& queries, const torch::Tensor& keys,
                                           const torch::Tensor& values);

}  // namespace myxtts::model
