#include "model/attention.hpp"

#include <optional>

namespace myxtts::model {
namespace {

// [R, T, heads, c] each -> [R, Tq, heads * c].
torch::Tensor attend(const torch::Tensor& queries, const torch::Tensor& keys, const torch::Tensor& values,
                     bool causal) {
  const torch::Tensor attended = torch::scaled_dot_product_attention(queries.transpose(1, 2), keys.transpose(1, 2),
                                                                     values.transpose(1, 2), std::nullopt, 0.0, causal);
  return attended.transpose(1, 2).flatten(2);
}

}  // namespace

torch::Tensor causal_attention(const torch::Tensor& qkv, std::int64_t heads, const contracts::RowOffsets& row_offsets) {
  const torch::Tensor split = qkv.view({1, qkv.size(0), 3, heads, qkv.size(1) / (3 * heads)});
  // One split and one concatenation: the backward pass is again one concatenation and one split.
  std::vector<torch::Tensor> rows;
  for (const torch::Tensor& row : split.split_with_sizes(contracts::lengths_of(row_offsets), 1)) {
    const auto parts = row.unbind(2);
    rows.push_back(attend(parts[0], parts[1], parts[2], true));
  }
  return torch::cat(rows, 1).squeeze(0);
}

torch::Tensor full_attention(const torch::Tensor& queries, const torch::Tensor& keys, const torch::Tensor& values) {
  return attend(queries, keys, values, false);
}

}  // namespace myxtts::model
