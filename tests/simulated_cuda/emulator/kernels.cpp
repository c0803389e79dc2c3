#include "simulated_cuda/emulator/kernels.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace myxtts::simulated_cuda {
namespace {

using Arguments = c10::ArrayRef<c10::IValue>;

// Operators with a fixed number other than one.
const std::unordered_map<std::string, std::uint64_t>& fixed_numbers() {
  static const auto& all = *new std::unordered_map<std::string, std::uint64_t>{
      {"aten::native_layer_norm_backward", 3},  // of the input; of weight and bias, in parts, and their sums
      {"aten::native_group_norm", 3},           // moments, factors, output
      {"aten::native_group_norm_backward", 5},  // sums, factors, input, weight, bias
      {"aten::_scaled_dot_product_flash_attention_backward", 3},  // output times gradient, main, query's gradient
      {"aten::_flash_attention_backward", 3},
      {"aten::_scaled_dot_product_efficient_attention_backward", 3},
      {"aten::_efficient_attention_backward", 3},
      {"aten::nll_loss_backward", 2},  // zeros, gradient
      {"aten::nll_loss2d_forward", 2},
      {"aten::nll_loss2d_backward", 2},
      {"aten::mse_loss", 2},  // by position, sum
      {"aten::l1_loss", 2},
      {"aten::smooth_l1_loss", 2},
      {"aten::huber_loss", 2},
      {"aten::binary_cross_entropy", 2},
      {"aten::reflection_pad1d_backward", 2},  // zeros, gradient
      {"aten::cumsum", 2},
      {"aten::cumprod", 2},
      {"aten::_fft_r2c", 2},
      {"aten::_fft_c2r", 3},
      {"aten::_fft_c2c", 2},
      {"aten::nonzero", 4},
      {"aten::masked_select", 5},
      {"aten::_unique2", 8},
      {"aten::sort.stable", 5},
      {"aten::topk", 3},
      {"aten::randperm.generator_out", 6},
      {"aten::multinomial", 4},
  };
  return all;
}

// What libtorch's multi_tensor_apply() launches: a launch takes so many tensors of each list, and so many blocks.
std::uint64_t launches_over(const c10::List<at::Tensor>& tensors, std::size_t lists) {
  constexpr std::array<int, 5> kMaxTensors = {110, 64, 48, 36, 30};
  constexpr int kMaxBlocks = 320;
  constexpr std::int64_t kBlock = 65536;  // elements
  const int max_tensors = kMaxTensors[std::clamp<std::size_t>(lists, 1, kMaxTensors.size()) - 1];
  std::uint64_t launches = 0;
  int held_tensors = 0, held_blocks = 0;
  for (const at::Tensor tensor : tensors) {
    const std::int64_t blocks = (tensor.numel() + kBlock - 1) / kBlock;
    if (blocks > 0) ++held_tensors;
    for (std::int64_t block = 1; block <= blocks; ++block) {
      const bool last = block == blocks;
      if (++held_blocks < kMaxBlocks && !(last && held_tensors == max_tensors)) continue;
      ++launches;
      held_blocks = 0;
      held_tensors = last ? 0 : 1;
    }
  }
  return launches + (held_blocks > 0 ? 1 : 0);
}

// Of _foreach_... and of fused optimisers; the norm's are brought together by two more.
std::uint64_t over_lists(const Operator& op, Arguments arguments) {
  const bool norm = op.name.starts_with("aten::_foreach_norm");
  std::size_t lists = op.functional && !norm ? 1 : 0;  // the results
  for (const c10::IValue& argument : arguments) lists += argument.isTensorList() && !argument.toListRef().empty();
  if (op.name.starts_with("aten::_fused_adam")) --lists;  // the steps are no table's part
  return launches_over(arguments[0].toTensorList(), lists) + (norm ? 2 : 0);
}

std::uint64_t of_cat(Arguments arguments) {
  constexpr std::size_t kMaxTensors = 128;
  return (arguments[0].toListRef().size() + kMaxTensors - 1) / kMaxTensors;
}

// Up to so many indices by one kernel behind zeros; more are sorted and summed in parts.
std::uint64_t of_embedding_backward(Arguments arguments) {
  constexpr std::int64_t kFewIndices = 3072;
  return arguments[1].toTensor().numel() <= kFewIndices ? 2 : 13;
}

// A write that adds sorts its indices.
std::uint64_t of_index_put(Arguments arguments) { return arguments[3].toBool() ? 8 : 1; }

// cuDNN, and the bias behind it.
std::uint64_t of_convolution(Arguments arguments) {
  return arguments[2].isTensor() && arguments[2].toTensor().defined() ? 2 : 1;
}

// One for each gradient that is wanted.
std::uint64_t of_convolution_backward(Arguments arguments) {
  const auto wanted = arguments.back().toBoolList();
  return static_cast<std::uint64_t>(std::ranges::count_if(wanted, [](bool want) { return want; }));
}

}  // namespace

std::uint64_t modelled_kernels(const Operator& op, Arguments arguments) {
  const bool lists = op.name.starts_with("aten::_foreach_") || op.name.starts_with("aten::_fused_adam") ||
                     op.name.starts_with("aten::_amp_foreach_");
  if (lists && arguments[0].isTensorList()) return over_lists(op, arguments);
  if (op.name == "aten::cat") return of_cat(arguments);
  if (op.name == "aten::embedding_dense_backward") return of_embedding_backward(arguments);
  if (op.name == "aten::_index_put_impl_") return of_index_put(arguments);
  if (op.name == "aten::convolution") return of_convolution(arguments);
  if (op.name == "aten::convolution_backward") return of_convolution_backward(arguments);
  const auto fixed = fixed_numbers().find(op.name);
  return fixed == fixed_numbers().end() ? 1 : fixed->second;
}

}  // namespace myxtts::simulated_cuda
