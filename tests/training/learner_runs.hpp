#pragma once
// What holds for every learner, whatever it trains.

#include <algorithm>
#include <functional>
#include <memory>
#include <vector>

#include "device/synchronisation_counter.hpp"
#include "training/states.hpp"

namespace myxtts::training::test {

using BatchAt = std::function<contracts::DeviceBatch(std::uint64_t sequence)>;
using MakeLearner = std::function<std::unique_ptr<contracts::Learner>(std::uint64_t weights_seed)>;

// Steps first + 1 to last, a batch each; the losses.
inline std::vector<double> train(contracts::Learner& learner, const BatchAt& batch_at, std::int64_t first,
                                 std::int64_t last) {
  std::vector<double> losses;
  for (std::int64_t step = first + 1; step <= last; ++step) {
    learner.accumulate(batch_at(static_cast<std::uint64_t>(step - 1)));
    losses.push_back(learner.update(step).values[0].item<double>());
  }
  return losses;
}

// Stops after each of `stops`, each time with everything but the saved state lost; other first weights stand in for
// memory that a new process has.
inline void expect_stops_change_no_bit(const MakeLearner& make, const BatchAt& batch_at,
                                       const std::vector<std::int64_t>& stops, std::int64_t steps) {
  const std::unique_ptr<contracts::Learner> unbroken = make(1);
  train(*unbroken, batch_at, 0, steps);
  std::unique_ptr<contracts::Learner> learner = make(1);
  std::int64_t done = 0;
  for (const std::int64_t stop : stops) {
    train(*learner, batch_at, done, stop);
    const contracts::TrainState state = saved_state(*learner, stop);
    torch::manual_seed(static_cast<std::uint64_t>(1000 + stop));
    learner = make(static_cast<std::uint64_t>(100 + stop));
    learner->load(state);
    done = stop;
  }
  train(*learner, batch_at, done, steps);
  expect_same_bits(saved_state(*learner, steps), saved_state(*unbroken, steps));
}

// How often steps first + 1 to last made the host wait.
inline std::int64_t synchronisations(contracts::Learner& learner, const BatchAt& batch_at, std::int64_t first,
                                     std::int64_t last) {
  std::vector<contracts::DeviceBatch> batches;
  for (std::int64_t step = first + 1; step <= last; ++step) {
    batches.push_back(batch_at(static_cast<std::uint64_t>(step - 1)));
  }
  const device::SynchronisationCounter counter;
  for (std::int64_t step = first + 1; step <= last; ++step) {
    learner.accumulate(batches[static_cast<std::size_t>(step - first - 1)]);
    (void)learner.update(step);
  }
  return counter.count();
}

// Trains with evaluations in between and without: the same bits; and an evaluation draws nothing.
inline void expect_evaluation_leaves_no_trace(const MakeLearner& make, const BatchAt& batch_at, std::int64_t steps) {
  const std::unique_ptr<contracts::Learner> plain = make(1);
  const std::unique_ptr<contracts::Learner> evaluated = make(1);
  at::Generator generator = at::detail::getDefaultCPUGenerator();
  for (std::int64_t step = 1; step <= steps; ++step) {
    const contracts::TrainState before = saved_state(*evaluated, step - 1);
    const torch::Tensor stream = generator.get_state();
    const core::Losses first = evaluated->evaluate(batch_at(1000));
    EXPECT_EQ(evaluated->evaluate(batch_at(1000)), first);
    EXPECT_TRUE(torch::equal(generator.get_state(), stream));
    expect_same_bits(saved_state(*evaluated, step - 1), before);
    train(*evaluated, batch_at, step - 1, step);
    train(*plain, batch_at, step - 1, step);
  }
  expect_same_bits(saved_state(*evaluated, steps), saved_state(*plain, steps));
}

}  // namespace myxtts::training::test
