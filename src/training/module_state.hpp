#pragma once
// Copies tensors between modules and a TrainState.

#include <torch/nn/module.h>
#include <torch/types.h>

#include <string>

#include "contracts/train_state.hpp"

namespace myxtts::training {

// Parameters and buffers by name; they share storage with the module.
[[nodiscard]] contracts::NamedTensors module_tensors(const torch::nn::Module& module);

// The tensor called `name`. Throws CheckpointError if it is missing or its shape differs from that of `like`.
[[nodiscard]] torch::Tensor find_tensor(const contracts::NamedTensors& tensors, const std::string& name,
                                        const torch::Tensor& like);

// Copies state.weights[stem] into the module.
// Throws CheckpointError if the entry or a tensor is missing, or a shape differs.
void load_module(torch::nn::Module& module, const contracts::TrainState& state, const std::string& stem);

}  // namespace myxtts::training
