// Attention over packed rows on a simulated GPU, beside a loop over the rows on the CPU. Run by run.sh.

#include <gtest/gtest.h>
#include <torch/torch.h>

namespace myxtts::simulated_cuda {
namespace {

constexpr std::int64_t kHeads = 3, kWidth = 16, kCausalFromTopLeft = 1;
const std::vector<std::int64_t> kLengths = {5, 1, 40, 0, 17};
constexpr std::int64_t kMaxLength = 40, kPositions = 63;

torch::Tensor offsets_of_rows() {
  std::vector<int> offsets = {0};
  for (const std::int64_t length : kLengths) offsets.push_back(offsets.back() + static_cast<int>(length));
  return torch::tensor(offsets, torch::kInt);
}

// [N, 3, heads, width], as a layer projects it; behind the rows' positions there are `padding` more.
torch::Tensor projected(c10::ScalarType type, std::int64_t padding = 0) {
  torch::manual_seed(1);
  return torch::randn({kPositions + padding, 3, kHeads, kWidth}).to(type);
}

torch::Tensor on_gpu(const torch::Tensor& tensor) { return tensor.to(torch::Device(torch::kCUDA, 1)); }

torch::Tensor flash(const torch::Tensor& qkv, bool causal, std::int64_t max_length = kMaxLength) {
  const auto parts = qkv.unbind(1);
  const torch::Tensor offsets = on_gpu(offsets_of_rows());
  return std::get<0>(at::_flash_attention_forward(parts[0], parts[1], parts[2], offsets, offsets, max_length,
                                                  max_length, /*dropout_p=*/0.0, causal, /*return_debug_mask=*/false));
}

torch::Tensor efficient(const torch::Tensor& qkv, bool causal) {
  const auto parts = qkv.unsqueeze(0).unbind(2);
  const torch::Tensor offsets = on_gpu(offsets_of_rows());
  return std::get<0>(at::_efficient_attention_forward(
                         parts[0], parts[1], parts[2], /*bias=*/std::nullopt, offsets, offsets, kMaxLength, kMaxLength,
                         /*dropout_p=*/0.0, causal ? kCausalFromTopLeft : 0, /*compute_log_sumexp=*/true))
      .squeeze(0);
}

torch::Tensor row_by_row(const torch::Tensor& qkv, bool causal) {
  std::vector<torch::Tensor> rows;
  for (const torch::Tensor& row : qkv.split_with_sizes(kLengths, 0)) {
    if (row.size(0) == 0) continue;
    const auto parts = row.unsqueeze(0).permute({2, 0, 3, 1, 4}).unbind(0);
    rows.push_back(torch::scaled_dot_product_attention(parts[0], parts[1], parts[2], std::nullopt, 0.0, causal));
  }
  return torch::cat(rows, 2).squeeze(0).transpose(0, 1);
}

// The output, and the gradient of its sum weighted by position.
template <typename Attend>
std::pair<torch::Tensor, torch::Tensor> forward_and_backward(const torch::Tensor& qkv, const Attend& attend) {
  const torch::Tensor leaf = qkv.detach().requires_grad_();
  const torch::Tensor output = attend(leaf);
  const torch::Tensor weights = torch::linspace(-1, 1, output.numel()).view(output.sizes()).to(output.options());
  output.mul(weights).sum().backward();
  return {output.detach().cpu(), leaf.grad().cpu()};
}

template <typename Attend>
void expect_the_row_loops_bits(c10::ScalarType type, const Attend& attend) {
  for (const bool causal : {true, false}) {
    SCOPED_TRACE(std::string(c10::toString(type)) + (causal ? ", causal" : ", not causal"));
    const torch::Tensor qkv = projected(type);
    const auto expected = forward_and_backward(qkv, [&](const auto& leaf) { return row_by_row(leaf, causal); });
    for (int i = 0; i < 2; ++i) {  // the first call teaches the emulator the shapes
      const auto found = forward_and_backward(on_gpu(qkv), [&](const auto& leaf) { return attend(leaf, causal); });
      EXPECT_TRUE(torch::equal(found.first, expected.first));
      EXPECT_TRUE(torch::equal(found.second, expected.second));
    }
  }
}

TEST(PackedAttention, FlashAttentionIsTheRowLoopToTheBit) {
  for (const auto type : {torch::kBFloat16, torch::kHalf}) {
    expect_the_row_loops_bits(type, [](const auto& qkv, bool causal) { return flash(qkv, causal); });
  }
}

TEST(PackedAttention, EfficientAttentionIsTheRowLoopToTheBit) { expect_the_row_loops_bits(torch::kFloat, efficient); }

TEST(PackedAttention, PositionsBehindTheLastRowAreNotDefined) {
  const torch::Tensor output = flash(on_gpu(projected(torch::kHalf, 9)), true).cpu();
  EXPECT_FALSE(output.slice(0, 0, kPositions).isnan().any().item<bool>());
  EXPECT_TRUE(output.slice(0, kPositions).isnan().all().item<bool>());
}

TEST(PackedAttention, ARowThatIsLongerThanTheCallerSaidIsAnError) {
  EXPECT_THROW((void)flash(on_gpu(projected(torch::kHalf)), true, kMaxLength - 1), c10::Error);
}

TEST(PackedAttention, FlashAttentionHasNoFp32) {
  EXPECT_THROW((void)flash(on_gpu(projected(torch::kFloat)), true), c10::Error);
}

}  // namespace
}  // namespace myxtts::simulated_cuda
