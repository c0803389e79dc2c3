#pragma once
// Dropout of a residual branch.

#include <torch/types.h>

#include <cstdint>

namespace myxtts::model {

// Seeds the generator of dropout: the calling thread's on a CPU, else the device's.
void seed_dropout(std::uint64_t seed, torch::Device device);

// Returns x + branch; if `training`, each element of the branch is zeroed with `probability` and the others are scaled
// up to keep the mean.
// Source: Srivastava et al., "Dropout" (2014). Deviation: on a CPU the probability is rounded to a multiple of 2^-16.
[[nodiscard]] torch::Tensor add_with_dropout(const torch::Tensor& x, const torch::Tensor& branch, double probability,
                                             bool training);

// Returns `x` with dropout applied in the same way.
[[nodiscard]] torch::Tensor with_dropout(const torch::Tensor& x, double probability, bool training);

}  // namespace myxtts::model
