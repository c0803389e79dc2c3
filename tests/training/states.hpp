#pragma once
// Copies and comparisons of training states.

#include <gtest/gtest.h>
#include <torch/types.h>

#include "contracts/learner.hpp"
#include "contracts/train_state.hpp"

namespace myxtts::training::test {

inline contracts::NamedTensors cloned(const contracts::NamedTensors& tensors) {
  contracts::NamedTensors copies;
  for (const auto& [name, tensor] : tensors) copies.emplace_back(name, tensor.clone());
  return copies;
}

// What a learner would leave in a checkpoint after `step` steps, as a copy.
inline contracts::TrainState saved_state(const contracts::Learner& learner, std::int64_t step) {
  contracts::TrainState state;
  learner.save(state);
  state.progress.step = step;
  for (auto& [stem, tensors] : state.weights) tensors = cloned(tensors);
  state.optimizer = cloned(state.optimizer);
  return state;
}

inline void expect_same_bits(const contracts::NamedTensors& a, const contracts::NamedTensors& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].first, b[i].first);
    EXPECT_TRUE(torch::equal(a[i].second, b[i].second)) << a[i].first;
  }
}

inline void expect_same_bits(const contracts::TrainState& a, const contracts::TrainState& b) {
  ASSERT_EQ(a.weights.size(), b.weights.size());
  for (const auto& [stem, tensors] : a.weights) expect_same_bits(tensors, b.weights.at(stem));
  expect_same_bits(a.optimizer, b.optimizer);
}

}  // namespace myxtts::training::test
