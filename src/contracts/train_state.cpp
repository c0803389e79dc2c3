#include "contracts/train_state.hpp"

#include <algorithm>

#include "core/error.hpp"

namespace myxtts::contracts {
namespace {

[[noreturn]] void fail(const std::string& what, const std::string& where, const std::string& value) {
  throw core::CheckpointError(
      {.what = what, .where = where, .value = value, .expected = {}, .advice = "Give another checkpoint."});
}

}  // namespace

const torch::Tensor& tensor_of(const TrainState& state, const std::string& stem, const std::string& name) {
  const auto weights = state.weights.find(stem);
  if (weights == state.weights.end()) fail("the checkpoint lacks a file", stem + ".safetensors", "");
  const auto found = std::ranges::find(weights->second, name, &NamedTensors::value_type::first);
  if (found == weights->second.end()) fail("the checkpoint lacks a tensor", stem + ".safetensors", name);
  return found->second;
}

const std::string& document_of(const TrainState& state, const std::string& name) {
  const auto found = state.documents.find(name);
  if (found == state.documents.end()) fail("the checkpoint lacks a file", name, "");
  return found->second;
}

}  // namespace myxtts::contracts
