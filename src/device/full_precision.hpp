#pragma once
// What stays in fp32, whatever the precision of a run.

#include <ATen/Context.h>
#include <torch/types.h>

#include <cstdint>

namespace myxtts::device {

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
