#include "model/attention.hpp"

#include <ATen/SDPBackend.h>

#include <algorithm>
#include <optional>

namespace myxtts::model {
namespace {

constexpr double kNoDropout = 0.0;

// [R, T, heads, c] each -> [R, Tq, heads * c].
torch::Tensor attend(const torch::Tensor& queries, const torch::Tensor& keys, const torch::Tensor& values,
                     bool causal) {
  const torch::Tensor attended = torch::scaled_dot_product_attention(
      queries.transpose(1, 2), keys.transpose(1, 2), values.transpose(1, 2), std::nullopt, kNoDropout, causal);
  return attended.transpose(1, 2).flatten(2);
}

torch::Tensor attend_row_by_row(const torch::Tensor& qkv, std::int64_t heads, const contracts::RowOffsets& offsets) {
  const torch::Tensor split = qkv.view({1, qkv.size(0), 3, heads, qkv.size(1) / (3 * heads)});
  // One split and one concatenation: the backward pass is again one concatenation and one split.
  std::vector<torch::Tensor> rows;
  for (const torch::Tensor& row : split.split_with_sizes(contracts::lengths_of(offsets), 1)) {
    const auto parts = row.unbind(2);
    rows.push_back(attend(parts[0], parts[1], parts[2], true));
  }
  return torch::cat(rows, 1).squeeze(0);
}

// The kernel that libtorch would choose for the tokens as one row. [N, heads, c] each.
at::SDPBackend chosen_kernel(const torch::Tensor& queries, const torch::Tensor& keys, const torch::Tensor& values) {
  const auto in_one_row = [](const torch::Tensor& x) { return x.unsqueeze(0).transpose(1, 2); };
  return static_cast<at::SDPBackend>(at::_fused_sdp_choice(in_one_row(queries), in_one_row(keys), in_one_row(values),
                                                           std::nullopt, kNoDropout, /*is_causal=*/true));
}

torch::Tensor flash_attention(const torch::Tensor& queries, const torch::Tensor& keys, const torch::Tensor& values,
                              const torch::Tensor& offsets, std::int64_t longest) {
  return std::get<0>(at::_flash_attention_forward(queries, keys, values, offsets, offsets, longest, longest, kNoDropout,
                                                  /*is_causal=*/true, /*return_debug_mask=*/false));
}

torch::Tensor efficient_attention(const torch::Tensor& queries, const torch::Tensor& keys, const torch::Tensor& values,
                                  const torch::Tensor& offsets, std::int64_t longest) {
  constexpr std::int64_t kCausal = 1;  // from the top left
  const bool for_backward = at::GradMode::is_enabled() && queries.requires_grad();
  return std::get<0>(at::_efficient_attention_forward(queries.unsqueeze(0), keys.unsqueeze(0), values.unsqueeze(0),
                                                      std::nullopt, offsets, offsets, longest, longest, kNoDropout,
                                                      kCausal, for_backward))
      .squeeze(0);
}

}  // namespace

AttentionRows attention_rows(const contracts::PackedRows& rows) {
  return {contracts::rows_with_padding(rows.row_offsets, rows.order.size(0)), rows.token_offsets};
}

torch::Tensor causal_attention(const torch::Tensor& qkv, std::int64_t heads, const AttentionRows& rows) {
  if (qkv.is_cpu()) return attend_row_by_row(qkv, heads, rows.offsets);
  const auto parts = qkv.view({qkv.size(0), 3, heads, qkv.size(1) / (3 * heads)}).unbind(1);
  const std::int64_t longest = std::ranges::max(contracts::lengths_of(rows.offsets));
  switch (chosen_kernel(parts[0], parts[1], parts[2])) {
    case at::SDPBackend::flash_attention:
      return flash_attention(parts[0], parts[1], parts[2], rows.on_device, longest).flatten(1);
    case at::SDPBackend::efficient_attention:
      return efficient_attention(parts[0], parts[1], parts[2], rows.on_device, longest).flatten(1);
    default:
      return attend_row_by_row(qkv, heads, rows.offsets);
  }
}

torch::Tensor full_attention(const torch::Tensor& queries, const torch::Tensor& keys, const torch::Tensor& values) {
  return attend(queries, keys, values, false);
}

}  // namespace myxtts::model
