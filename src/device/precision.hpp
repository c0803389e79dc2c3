#pragma once
// How a model computes: applies the settings run.precision and run.deterministic to libtorch.

#include <ATen/Context.h>
#include <torch/types.h>

#include <cstdint>
#include <string_view>

namespace myxtts::device {

// Parameters, gradients, optimiser, mels, codebook distances and losses are fp32 in each of them.
enum class Precision {
  kFp32,  // on a GPU too: products are never rounded to TF32
  kTf32,  // matrix products and convolutions of a GPU in TF32; on a CPU the same as kFp32
  kBf16,  // matrix products, convolutions and attention in bfloat16
  kFp16,  // the same in half precision; gradients have to be scaled
};

// "fp32", "tf32", "bf16" or "fp16". Throws: std::invalid_argument for any other name.
[[nodiscard]] Precision precision_of(std::string_view name);

// Selects TF32 and deterministic algorithms for everything that the process computes from now on. On a CPU neither
// changes a bit. With `deterministic`, an operator that has no deterministic algorithm throws.
void set_arithmetic(Precision precision, bool deterministic);

// While it lives, operators of its thread on that kind of device run in the precision. Use it for the forward pass
// only: a backward pass automatically runs in the precision of its forward pass.
// Thread: ends on the thread that began it.
class Autocast {
 public:
  Autocast(Precision precision, torch::Device device);
  ~Autocast();
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;

 private:
  bool active_;
  torch::DeviceType type_;
  bool outer_enabled_ = false;
  torch::ScalarType outer_dtype_ = torch::kFloat32;
};

// While it lives, operators of its thread compute in fp32, whatever the run's precision: neither in an autocast type
// nor in TF32, which set_arithmetic() allows to the whole process. libtorch has no such switch for a thread, but only
// one for cuBLAS. Two operators need more:
// - convolutions must be asked for by convolution1d();
// - a product with a bias (addmm) must have it in two axes, because one of one axis goes to cublasLt.
// Thread: ends on the thread that began it.
class FullPrecision {
  c10::impl::ExcludeDispatchKeyGuard without_autocast_{c10::autocast_dispatch_keyset};
  at::NoTF32Guard without_tf32_;
};

// torch::conv1d(), but in fp32 while FullPrecision lives; then it has no gradient.
[[nodiscard]] torch::Tensor convolution1d(const torch::Tensor& x, const torch::Tensor& weight,
                                          const torch::Tensor& bias, std::int64_t stride, std::int64_t padding);

}  // namespace myxtts::device
