#pragma once
// A small training state whose every value follows from its step, so that a reader can tell whether it is whole.

#include <gtest/gtest.h>
#include <torch/types.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "contracts/train_state.hpp"

namespace myxtts::checkpoint {

inline contracts::TrainState sample_state(std::int64_t step, const std::string& stage = "voice",
                                          std::int64_t elements = 100) {
  const auto value = static_cast<double>(step);
  contracts::TrainState state;
  state.progress = {stage, step, 2000, step + 300, static_cast<std::uint64_t>(step) * 3, 0.1 + value / 3, step, 2, 1};
  state.weights["codec"] = {{"codebook", torch::arange(60).to(torch::kFloat32).reshape({3, 4, 5}) / 7}};
  state.weights["voice"] = {{"gpt.weight", torch::full({elements}, value)},
                            {"gpt.bias", torch::full({7}, value).to(torch::kBFloat16)},
                            {"gpt.empty", torch::empty({0, 3})}};
  state.optimizer = {{"moment", torch::full({elements}, value / 3)}, {"step", torch::tensor(step)}};
  state.documents = {{"tokenizer.json", "{\"a\": 1}"}, {"config.toml", std::string("x = 1\n\0binary", 13)}};
  return state;
}

// Equal to the bit, names in any order.
inline void expect_equal(contracts::NamedTensors actual, contracts::NamedTensors expected) {
  const auto by_name = [](const auto& a, const auto& b) { return a.first < b.first; };
  std::sort(actual.begin(), actual.end(), by_name);
  std::sort(expected.begin(), expected.end(), by_name);
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i) {
    EXPECT_EQ(actual[i].first, expected[i].first);
    const torch::Tensor& a = actual[i].second;
    const torch::Tensor b = expected[i].second.contiguous();
    ASSERT_EQ(a.scalar_type(), b.scalar_type()) << actual[i].first;
    ASSERT_EQ(a.sizes(), b.sizes()) << actual[i].first;
    if (a.nbytes() > 0) {
      EXPECT_EQ(std::memcmp(a.const_data_ptr(), b.const_data_ptr(), a.nbytes()), 0) << actual[i].first;
    }
  }
}

inline void expect_equal(const contracts::TrainState& actual, const contracts::TrainState& expected) {
  const contracts::StageProgress& a = actual.progress;
  const contracts::StageProgress& b = expected.progress;
  EXPECT_EQ(a.stage, b.stage);
  EXPECT_EQ(a.step, b.step);
  EXPECT_EQ(a.planned_steps, b.planned_steps);
  EXPECT_EQ(a.run_steps, b.run_steps);
  EXPECT_EQ(a.consumed_batches, b.consumed_batches);
  EXPECT_EQ(std::memcmp(&a.best_loss, &b.best_loss, sizeof(double)), 0) << a.best_loss;
  EXPECT_EQ(a.best_step, b.best_step);
  EXPECT_EQ(a.validations_without_gain, b.validations_without_gain);
  EXPECT_EQ(a.skipped_updates, b.skipped_updates);
  EXPECT_EQ(actual.documents, expected.documents);
  ASSERT_EQ(actual.weights.size(), expected.weights.size());
  for (const auto& [stem, tensors] : expected.weights) expect_equal(actual.weights.at(stem), tensors);
  expect_equal(actual.optimizer, expected.optimizer);
}

}  // namespace myxtts::checkpoint
