#include "simulated_cuda/emulator/computations.hpp"

namespace myxtts::simulated_cuda {
namespace {

using MaybeGenerator = std::optional<at::Generator>;

// input, dropout, train
void native_dropout(Stack& s, const MaybeGenerator& generator) {
  const at::Tensor input = s[0].toTensor();
  const double dropout = s[1].toDouble();
  if (!s[2].isNone() && !s[2].toBool()) {
    s = {input.clone(), at::ones(input.sizes(), input.options().dtype(at::kBool))};
    return;
  }
  const at::Tensor mask = keep_mask(input, 1 - dropout, *generator);
  s = {input.mul(mask).mul_(dropout == 1 ? 0.0 : 1 / (1 - dropout)), mask};
}

// input, share that is kept; generator
void fused_dropout(Stack& s, const MaybeGenerator& generator) {
  const at::Tensor input = s[0].toTensor();
  const double keep = s[1].toDouble();
  const at::Tensor mask = keep_mask(input, keep, *generator);
  s = {input.mul(mask).mul_(1 / keep), mask.to(at::kByte)};
}

// input, mask, scale
void masked_scale(Stack& s, const MaybeGenerator&) { s = {s[0].toTensor().mul(s[1].toTensor()).mul_(s[2].toDouble())}; }

}  // namespace

at::Tensor keep_mask(const at::Tensor& like, double keep, const at::Generator& generator) {
  return at::empty(like.sizes(), like.options().dtype(at::kBool)).bernoulli_(keep, generator);
}

const std::unordered_map<std::string, Computation>& computations() {
  static const auto& all = *new std::unordered_map<std::string, Computation>{
      {"aten::_scaled_dot_product_efficient_attention", efficient_attention},
      {"aten::_scaled_dot_product_efficient_attention_backward", efficient_attention_backward},
      {"aten::_scaled_dot_product_flash_attention", flash_attention},
      {"aten::_scaled_dot_product_flash_attention_backward", flash_attention_backward},
      {"aten::_efficient_attention_forward", packed_efficient_attention},
      {"aten::_efficient_attention_backward", packed_efficient_attention_backward},
      {"aten::_flash_attention_forward", packed_flash_attention},
      {"aten::_flash_attention_backward", packed_flash_attention_backward},
      {"aten::native_dropout", native_dropout},
      {"aten::_fused_dropout", fused_dropout},
      {"aten::_masked_scale", masked_scale},
  };
  return all;
}

}  // namespace myxtts::simulated_cuda
