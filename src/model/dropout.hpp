#pragma once
// Dropout of a residual branch.

#include <torch/torch.h>

#include <cstdint>

namespace myxtts::model {

// Seeds what dropout draws from: the calling thread's generator on a CPU, the device's elsewhere.
void seed_dropout(std::uint64_t seed, torch::Device device);

// x + branch, each element of the branch zeroed with `probability` and the others scaled up to keep its mean; without
// `training` just the sum.
// Source: Srivastava et al., "Dropout" (2014). Deviation: on a CPU the probability is rounded to a multiple of 2^-16.
[[nodiscard]] torch::Tensor add_with_dropout(const torch::Tensor& x, const torch::Tensor& branch, double probability,
                                             bool training);

// `x` with its elements dropped in the same way.
[[nodiscard]] torch::Tensor with_dropout(const torch::Tensor& x, double probability, bool training);

}  // namespace myxtts::model
