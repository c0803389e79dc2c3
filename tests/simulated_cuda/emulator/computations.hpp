#pragma once
// Operators that the CPU has no kernel for, computed from others.

#include <string>
#include <unordered_map>

#include "simulated_cuda/emulator/operators.hpp"

namespace myxtts::simulated_cuda {

// By the operators' full names.
[[nodiscard]] const std::unordered_map<std::string, Computation>& computations();

// Attention without dropout is the CPU's flash attention, to the bit.
void efficient_attention(Stack& stack, const std::optional<at::Generator>& generator);
void efficient_attention_backward(Stack& stack, const std::optional<at::Generator>& generator);
void flash_attention(Stack& stack, const std::optional<at::Generator>& generator);
void flash_attention_backward(Stack& stack, const std::optional<at::Generator>& generator);

// Attention over packed rows, each computed as if it were alone. Without dropout, bias and windows.
void packed_efficient_attention(Stack& stack, const std::optional<at::Generator>& generator);
void packed_efficient_attention_backward(Stack& stack, const std::optional<at::Generator>& generator);
void packed_flash_attention(Stack& stack, const std::optional<at::Generator>& generator);
void packed_flash_attention_backward(Stack& stack, const std::optional<at::Generator>& generator);

// True where a value is kept. Shapes: as `like`.
[[nodiscard]] at::Tensor keep_mask(const at::Tensor& like, double keep, const at::Generator& generator);

}  // namespace myxtts::simulated_cuda
