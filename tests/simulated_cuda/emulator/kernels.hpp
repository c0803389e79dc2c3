#pragma once
// How many kernels a real GPU would launch for an operator: a model, from libtorch's sources. Operators that are not
// named in it launch one, those over lists of tensors one for each filled table of blocks. What cuDNN, cuBLAS and CUB
// decide by themselves (layout changes, split sums, passes of a sort) is their usual case. A copy within a GPU is one.

#include <cstdint>

#include "simulated_cuda/emulator/operators.hpp"

namespace myxtts::simulated_cuda {

[[nodiscard]] std::uint64_t modelled_kernels(const Operator& op, c10::ArrayRef<c10::IValue> arguments);

}  // namespace myxtts::simulated_cuda
