#include "training/module_state.hpp"

#include <algorithm>
#include <sstream>

#include "core/error.hpp"

namespace myxtts::training {

torch::Tensor find_tensor(const contracts::NamedTensors& tensors, const std::string& name, const torch::Tensor& like) {
  const auto found = std::ranges::find(tensors, name, &contracts::NamedTensors::value_type::first);
  const auto shape = [](const torch::Tensor& tensor) {
    std::ostringstream text;
    text << tensor.sizes();
    return text.str();
  };
  if (found != tensors.end() && found->second.sizes() == like.sizes()) return found->second;
  throw core::CheckpointError({.what = "a tensor of the checkpoint does not fit",
                               .where = name,
                               .value = found == tensors.end() ? "missing" : shape(found->second),
                               .expected = shape(like),
                               .advice = "The checkpoint was made with other settings."});
}

contracts::NamedTensors module_tensors(const torch::nn::Module& module) {
  contracts::NamedTensors tensors;
  for (const auto& item : module.named_parameters()) tensors.emplace_back(item.key(), item.value().detach());
  for (const auto& item : module.named_buffers()) tensors.emplace_back(item.key(), item.value());
  return tensors;
}

void load_module(torch::nn::Module& module, const contracts::TrainState& state, const std::string& stem) {
  const torch::NoGradGuard no_grad;
  const auto weights = state.weights.find(stem);
  if (weights == state.weights.end()) {
    throw core::CheckpointError({.what = "the checkpoint lacks a model",
                                 .where = stem + ".safetensors",
                                 .value = {},
                                 .expected = "a checkpoint of that stage",
                                 .advice = {}});
  }
  for (auto& [name, tensor] : module_tensors(module)) tensor.copy_(find_tensor(weights->second, name, tensor));
}

}  // namespace myxtts::training
