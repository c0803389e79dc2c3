#pragma once
// Between modules and the tensors of a TrainState.

#include <torch/torch.h>

#include <string>

#include "contracts/train_state.hpp"

namespace myxtts::training {

// Parameters and buffers under their names; they share storage with the module.
[[nodiscard]] contracts::NamedTensors module_tensors(const torch::nn::Module& module);

// The tensor called `name`. Throws CheckpointError where it is missing or has another shape than `like`.
[[nodiscard]] torch::Tensor find_tensor(const contracts::NamedTensors& tensors, const std::string& name,
                                        const torch::Tensor& like);

// Copies state.weights[stem] into the module.
// Throws CheckpointError where the entry, a tensor or a shape is missing or different.
void load_module(torch::nn::Module& module, const contracts::TrainState& state, const std::string& stem);

}  // namespace myxtts::training
