// Operators that the project's programs run on a GPU (operators.txt): on a sample, the simulated GPU's results and
// gradients are the CPU's to the bit. Run by run.sh.

#include <c10/cuda/CUDAFunctions.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include <fstream>
#include <map>

#include "simulated_cuda/emulator/tensors.hpp"

namespace myxtts::simulated_cuda {
namespace {

using Values = std::vector<c10::IValue>;
using Samples = std::map<std::string, Values>;  // arguments by operator; those that are left out have their defaults

// Why an operator of the list has no sample here.
const std::map<std::string, std::string>& reasons() {
  static const std::string attention = "the CPU has no such kernel; packed_attention_test.cpp, or attention below";
  static const std::string random = "draws numbers, which are others than the CPU's";
  static const auto& all = *new std::map<std::string, std::string>{
      {"aten::_scaled_dot_product_efficient_attention", attention},
      {"aten::_scaled_dot_product_efficient_attention_backward", attention},
      {"aten::_scaled_dot_product_flash_attention", attention},
      {"aten::_scaled_dot_product_flash_attention_backward", attention},
      {"aten::_flash_attention_forward", attention},
      {"aten::_flash_attention_backward", attention},
      {"aten::_efficient_attention_forward", attention},
      {"aten::_efficient_attention_backward", attention},
      {"aten::native_dropout", random},
      {"aten::multinomial", random},
      {"aten::normal_", random},
      {"aten::uniform_", random},
      {"aten::random_", random},
      {"aten::random_.from", random},
      {"aten::bernoulli_.float", random},
      {"aten::randperm.generator_out", random},
  };
  return all;
}

at::Tensor numbers(at::IntArrayRef sizes, double min = -2, double max = 2) {
  return at::empty(sizes).uniform_(min, max);
}

at::Tensor indices(std::initializer_list<std::int64_t> values) { return at::tensor(std::vector(values)); }

c10::List<at::Tensor> list(std::initializer_list<at::Tensor> tensors) {
  c10::List<at::Tensor> all;
  for (const at::Tensor& tensor : tensors) all.push_back(tensor);
  return all;
}

void add_elementwise(Samples& samples) {
  for (const char* name : {"abs", "cos", "erf", "exp", "exp_", "gelu", "isfinite", "isnan", "logical_not", "neg",
                           "neg_", "relu", "relu_", "round", "sigmoid", "sign", "silu", "sin", "tanh"}) {
    samples["aten::" + std::string(name)] = {numbers({4, 5})};
  }
  for (const char* name :
       {"log", "log10", "log1p", "log2", "log_", "reciprocal", "reciprocal_", "rsqrt", "sqrt", "sqrt_"}) {
    samples["aten::" + std::string(name)] = {numbers({4, 5}, 0.5, 2)};
  }
  for (const char* name : {"add.Tensor", "add_.Tensor", "div.Tensor", "div_.Tensor", "eq.Tensor", "fmod.Tensor",
                           "ge.Tensor", "gt.Tensor", "le.Tensor", "lt.Tensor", "maximum", "minimum", "mul.Tensor",
                           "mul_.Tensor", "ne.Tensor", "sub.Tensor", "sub_.Tensor", "copy_"}) {
    samples["aten::" + std::string(name)] = {numbers({4, 5}), numbers({4, 5}, 0.5, 2)};
  }
  for (const char* name :
       {"clamp_max", "clamp_max_", "clamp_min", "clamp_min_", "eq.Scalar", "ge.Scalar", "gt.Scalar", "le.Scalar",
        "lt.Scalar", "ne.Scalar", "pow.Tensor_Scalar", "remainder.Scalar", "fill_.Scalar"}) {
    samples["aten::" + std::string(name)] = {numbers({4, 5}), 2};
  }
  for (const char* name : {"bitwise_and.Tensor", "bitwise_or.Tensor", "bitwise_and_.Tensor", "logical_and.out"}) {
    samples["aten::" + std::string(name)] = {numbers({4, 5}).gt(0), numbers({4, 5}).gt(0),
                                             at::empty({4, 5}, at::kBool)};
  }
  samples["aten::bitwise_not"] = {numbers({4, 5}).gt(0)};
  samples["aten::abs.out"] = {numbers({4, 5}), at::empty({4, 5})};
  samples["aten::logical_not.out"] = {numbers({4, 5}), at::empty({4, 5}, at::kBool)};
  samples["aten::clamp"] = {numbers({4, 5}), -1, 1};
  samples["aten::clamp_"] = samples["aten::clamp"];
  samples["aten::masked_fill_.Scalar"] = {numbers({4, 5}), numbers({4, 5}).gt(0), 3};
  samples["aten::masked_fill.Scalar"] = samples["aten::masked_fill_.Scalar"];
  samples["aten::where.self"] = {numbers({4, 5}).gt(0), numbers({4, 5}), numbers({5})};
  samples["aten::lerp_.Scalar"] = {numbers({4, 5}), numbers({4, 5}), 0.25};
  samples["aten::addcmul_"] = {numbers({4, 5}), numbers({4, 5}), numbers({4, 5})};
  samples["aten::addcdiv_"] = {numbers({4, 5}), numbers({4, 5}), numbers({4, 5}, 1, 2)};
  samples["aten::threshold_backward"] = {numbers({4, 5}), numbers({4, 5}), 0};
  samples["aten::gelu_backward"] = {numbers({4, 5}), numbers({4, 5})};
  samples["aten::native_dropout_backward"] = {numbers({4, 5}), numbers({4, 5}).gt(0), 2.0};
  samples["aten::polar.out"] = {numbers({4, 5}), numbers({4, 5}), at::empty({4, 5}, at::kComplexFloat)};
  samples["aten::zero_"] = {numbers({4, 5})};
}

void add_reductions(Samples& samples) {
  const c10::List<std::int64_t> last({1});
  for (const char* name : {"all", "amax", "amin", "any", "argmax", "argmin", "max", "mean", "min", "std.correction",
                           "sum", "var.correction", "linalg_vector_norm"}) {
    samples["aten::" + std::string(name)] = {numbers({4, 5})};
  }
  samples["aten::mean.dim"] = {numbers({4, 5}), last};
  samples["aten::sum.dim_IntList"] = {numbers({4, 5}), last, true};
  samples["aten::all.dim"] = {numbers({4, 5}).gt(0), 1};
  samples["aten::any.dim"] = samples["aten::all.dim"];
  samples["aten::max.dim"] = {numbers({4, 5}), 1};
  samples["aten::min.dim"] = samples["aten::max.dim"];
  samples["aten::norm.ScalarOpt_dim"] = {numbers({4, 5}), 2, last};
  samples["aten::norm.ScalarOpt_dim_dtype"] = {numbers({4, 5}), 2, last, false, at::kDouble};
  samples["aten::cumsum"] = {numbers({4, 5}), 1};
  samples["aten::cumsum_"] = samples["aten::cumsum"];
  samples["aten::sort.stable"] = {numbers({4, 5}), true, 1, false};
  samples["aten::topk"] = {numbers({4, 5}), 2};
  samples["aten::equal"] = {numbers({4, 5}), numbers({4, 5})};
  samples["aten::bincount"] = {indices({0, 2, 2, 1})};
  samples["aten::nonzero"] = {numbers({4, 5}).gt(0)};
  samples["aten::masked_select"] = {numbers({4, 5}), numbers({4, 5}).gt(0)};
}

void add_products_and_layers(Samples& samples) {
  samples["aten::mm"] = {numbers({3, 4}), numbers({4, 5})};
  samples["aten::bmm"] = {numbers({2, 3, 4}), numbers({2, 4, 5})};
  samples["aten::dot"] = {numbers({7}), numbers({7})};
  samples["aten::addmm"] = {numbers({5}), numbers({3, 4}), numbers({4, 5})};
  samples["aten::addmv_"] = {numbers({3}), numbers({3, 4}), numbers({4})};
  samples["aten::baddbmm"] = {numbers({2, 3, 5}), numbers({2, 3, 4}), numbers({2, 4, 5})};
  samples["aten::scaled_dot_product_attention"] = {numbers({1, 2, 5, 8}), numbers({1, 2, 5, 8}), numbers({1, 2, 5, 8})};
  const c10::List<std::int64_t> one({1}), zero({0}), width({4});
  samples["aten::convolution"] = {numbers({2, 3, 9}), numbers({4, 3, 3}), numbers({4}), one, one, one, false, zero, 1};
  samples["aten::convolution_backward"] = {numbers({2, 4, 9}),
                                           numbers({2, 3, 9}),
                                           numbers({4, 3, 3}),
                                           width,
                                           one,
                                           one,
                                           one,
                                           false,
                                           zero,
                                           1,
                                           c10::List<bool>({true, true, true})};
  samples["aten::native_layer_norm"] = {numbers({5, 4}), width, numbers({4}), numbers({4}), 1e-5};
  samples["aten::native_layer_norm_backward"] = {
      numbers({5, 4}),       numbers({5, 4}), width,        numbers({5, 1}),
      numbers({5, 1}, 1, 2), numbers({4}),    numbers({4}), c10::List<bool>({true, true, true})};
  samples["aten::native_group_norm"] = {numbers({2, 4, 6}), numbers({4}), numbers({4}), 2, 4, 6, 2, 1e-5};
  samples["aten::native_group_norm_backward"] = {numbers({2, 4, 6}),
                                                 numbers({2, 4, 6}),
                                                 numbers({2, 2}),
                                                 numbers({2, 2}, 1, 2),
                                                 numbers({4}),
                                                 2,
                                                 4,
                                                 6,
                                                 2,
                                                 c10::List<bool>({true, true, true})};
  samples["aten::_softmax"] = {numbers({4, 5}), 1, false};
  samples["aten::_log_softmax"] = samples["aten::_softmax"];
  samples["aten::_softmax_backward_data"] = {numbers({4, 5}), numbers({4, 5}), 1, at::kFloat};
  samples["aten::_log_softmax_backward_data"] = samples["aten::_softmax_backward_data"];
  samples["aten::nll_loss_forward"] = {numbers({3, 5}), indices({4, -100, 0}), c10::IValue(), 0, -100};
  samples["aten::nll_loss_backward"] = {numbers({3}), numbers({3, 5}), indices({4, -100, 0}), c10::IValue(), 0,
                                        -100,         at::zeros({})};
  samples["aten::mse_loss"] = {numbers({4, 5}), numbers({4, 5})};
  samples["aten::mse_loss_backward"] = {numbers({}), numbers({4, 5}), numbers({4, 5}), 1};
  samples["aten::reflection_pad1d"] = {numbers({2, 6}), c10::List<std::int64_t>({2, 3})};
  samples["aten::upsample_nearest1d"] = {numbers({2, 3, 4}), c10::List<std::int64_t>({8}), c10::IValue()};
  samples["aten::upsample_nearest1d_backward"] = {numbers({2, 3, 8}), c10::List<std::int64_t>({8}),
                                                  c10::List<std::int64_t>({2, 3, 4}), c10::IValue()};
  samples["aten::_fft_r2c"] = {numbers({3, 16}), one, 0, true};
  samples["aten::_fft_c2r"] = {at::complex(numbers({3, 9}), numbers({3, 9})), one, 2, 16};
}

void add_indices_and_lists(Samples& samples) {
  samples["aten::cat"] = {list({numbers({2, 3}), numbers({4, 3})}), 0};
  samples["aten::index_select"] = {numbers({4, 5}), 0, indices({3, 0, 3})};
  samples["aten::embedding_dense_backward"] = {numbers({3, 5}), indices({3, 0, 3}), 4, -1, false};
  samples["aten::index_add_"] = {numbers({4, 5}), 0, indices({3, 0, 3}), numbers({3, 5})};
  samples["aten::index_copy_"] = {numbers({4, 5}), 0, indices({3, 0}), numbers({2, 5})};
  samples["aten::index_fill_.int_Scalar"] = {numbers({4, 5}), 0, indices({3, 0}), 1};
  samples["aten::gather"] = {numbers({4, 5}), 1, indices({3, 0, 2, 1}).unsqueeze(1)};
  samples["aten::scatter_.src"] = {numbers({4, 5}), 1, indices({3, 0, 2, 1}).unsqueeze(1), numbers({4, 1})};
  samples["aten::scatter_.value"] = {numbers({4, 5}), 1, indices({3, 0, 2, 1}).unsqueeze(1), 2};
  samples["aten::scatter_add_"] = samples["aten::scatter_.src"];
  samples["aten::unfold_backward"] = {numbers({4, 3}), c10::List<std::int64_t>({9}), 0, 3, 2};
  samples["aten::arange.start_out"] = {2, 9, 1, at::empty({7}, at::kLong)};
  samples["aten::_foreach_zero_"] = {list({numbers({3}), numbers({2, 2})})};
  samples["aten::_foreach_mul_.Tensor"] = {list({numbers({3}), numbers({2, 2})}), numbers({})};
  samples["aten::_foreach_mul_.Scalar"] = {list({numbers({3}), numbers({2, 2})}), 3};
  samples["aten::_foreach_add_.List"] = {list({numbers({3}), numbers({2})}), list({numbers({3}), numbers({2})})};
  samples["aten::_foreach_lerp_.Scalar"] = {list({numbers({3})}), list({numbers({3})}), 0.25};
  samples["aten::_foreach_norm.Scalar"] = {list({numbers({3}), numbers({2, 2})})};
  samples["aten::_foreach_copy_"] = {list({numbers({3})}), list({numbers({3})})};
  samples["aten::_fused_adamw_"] = {list({numbers({3})}),
                                    list({numbers({3})}),
                                    list({numbers({3})}),
                                    list({numbers({3}, 0, 1)}),
                                    list({}),
                                    list({at::ones({})}),
                                    0.1,
                                    0.9,
                                    0.999,
                                    0.01,
                                    1e-8,
                                    false,
                                    false};
  samples["aten::_amp_foreach_non_finite_check_and_unscale_"] = {list({numbers({3})}), at::zeros({1}), at::ones({1})};
  samples["aten::_amp_update_scale_"] = {at::ones({1}), at::ones({1}, at::kInt), at::zeros({1}), 2.0, 0.5, 3};
}

Samples make_samples() {
  torch::manual_seed(1);
  Samples samples;
  add_elementwise(samples);
  add_reductions(samples);
  add_products_and_layers(samples);
  add_indices_and_lists(samples);
  return samples;
}

// libtorch does not differentiate these.
bool has_gradient(const std::string& name) {
  for (const char* part : {"backward", "out", "_foreach_", "_fused_", "_amp_"}) {
    if (name.find(part) != std::string::npos) return false;
  }
  return true;
}

c10::OperatorHandle operator_named(const std::string& name) {
  const std::size_t dot = name.find('.');
  const std::string overload = dot == std::string::npos ? "" : name.substr(dot + 1);
  return c10::Dispatcher::singleton().findSchemaOrThrow(name.substr(0, dot).c_str(), overload.c_str());
}

// One call: its results, its arguments afterwards, and the gradients of its arguments.
class Call {
 public:
  Call(const std::string& name, const Values& sample, c10::DeviceType device)
      : op_(operator_named(name)), device_(device), differentiates_(has_gradient(name)) {
    const auto& arguments = op_.schema().arguments();
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      const c10::IValue value = i < sample.size() ? sample[i] : arguments[i].default_value().value_or(c10::IValue());
      stack_.push_back(converted(value, device, [&](const at::Tensor& tensor) { return argument(tensor); }));
    }
  }

  std::vector<at::Tensor> run() {
    const torch::jit::Stack kept = stack_;  // results of out= operators refer to them
    op_.callBoxed(&stack_);
    std::vector<at::Tensor> found;
    const auto take = [&](const at::Tensor& tensor) { found.push_back(tensor); };
    for (const c10::IValue& result : stack_) for_each_tensor(result, take);
    differentiate(found);
    for (const c10::IValue& value : kept) for_each_tensor(value, take);
    for (const at::Tensor& leaf : leaves_) {
      if (leaf.grad().defined()) found.push_back(leaf.grad());
    }
    for (at::Tensor& tensor : found) tensor = tensor.detach().cpu();
    return found;
  }

 private:
  // A copy, which is no leaf of the graph, so that it may be written to.
  at::Tensor argument(const at::Tensor& tensor) {
    if (!tensor.defined()) return tensor;
    at::Tensor copy = tensor.detach().to(device_, /*non_blocking=*/false, /*copy=*/true);
    if (!differentiates_ || !(copy.is_floating_point() || copy.is_complex())) return copy;
    leaves_.push_back(copy.requires_grad_());
    return copy.clone();
  }

  void differentiate(const std::vector<at::Tensor>& results) {
    at::Tensor loss;
    for (const at::Tensor& result : results) {
      if (!result.requires_grad()) continue;
      const at::Tensor real = result.is_complex() ? at::view_as_real(result) : result;
      const at::Tensor weights = at::linspace(-1, 1, real.numel(), real.options().device(at::kCPU)).to(device_);
      const at::Tensor sum = real.mul(weights.view(real.sizes())).sum();
      loss = loss.defined() ? loss + sum : sum;
    }
    if (loss.defined()) loss.backward();
  }

  const c10::OperatorHandle op_;
  const c10::DeviceType device_;
  const bool differentiates_;
  torch::jit::Stack stack_;
  std::vector<at::Tensor> leaves_;
};

bool same(const at::Tensor& a, const at::Tensor& b) {
  if (a.sizes() != b.sizes() || a.scalar_type() != b.scalar_type()) return false;
  return a.is_floating_point() ? at::allclose(a, b, 0, 0, /*equal_nan=*/true) : at::equal(a, b);
}

void expect_the_cpus_results(const std::string& name, const Values& sample) {
  SCOPED_TRACE(name);
  try {
    const auto expected = Call(name, sample, at::kCPU).run();
    for (int i = 0; i < 2; ++i) {  // the first call may teach the emulator the shapes
      const auto found = Call(name, sample, at::kCUDA).run();
      ASSERT_EQ(found.size(), expected.size());
      for (std::size_t k = 0; k < found.size(); ++k) EXPECT_TRUE(same(found[k], expected[k])) << "tensor " << k;
    }
  } catch (const std::exception& error) {
    ADD_FAILURE() << error.what();
  }
}

TEST(Operators, GiveTheCpusResultsAndGradients) {
  for (const auto& [name, sample] : make_samples()) expect_the_cpus_results(name, sample);
}

// libtorch's level at which a wait of the host throws.
class WaitsThrow {
 public:
  WaitsThrow() { c10::cuda::warning_state().set_sync_debug_mode(c10::cuda::SyncDebugMode::L_ERROR); }
  ~WaitsThrow() { c10::cuda::warning_state().set_sync_debug_mode(c10::cuda::SyncDebugMode::L_DISABLED); }
};

TEST(Operators, ThatNeedAValueMakeTheHostWait) {
  const at::Tensor tensor = numbers({4, 5}).to(at::kCUDA), mask = tensor.gt(0);
  const WaitsThrow waits_throw;
  EXPECT_THROW((void)mask.nonzero(), c10::Error);
  EXPECT_THROW((void)tensor.index({mask}), c10::Error);
  EXPECT_THROW((void)at::equal(tensor, tensor), c10::Error);
  EXPECT_NO_THROW((void)tensor.masked_fill(mask, 1).sort());
}

TEST(Operators, OfTheListEachHasASampleOrAReason) {
  const Samples samples = make_samples();
  std::ifstream file(MYXTTS_OPERATORS_FILE);
  int count = 0;
  for (std::string name; std::getline(file, name); ++count) {
    EXPECT_TRUE(samples.contains(name) != reasons().contains(name)) << name;
  }
  EXPECT_GT(count, 50);
}

}  // namespace
}  // namespace myxtts::simulated_cuda
