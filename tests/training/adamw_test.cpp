#include "training/adamw.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/nn/utils/clip_grad.h>
#include <torch/optim/adamw.h>

#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "training/states.hpp"

namespace myxtts::training {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// A small problem: |x W + b - y|^2, with decay at W alone.
struct Problem {
  explicit Problem(double scale = 1) {
    const at::Generator random = at::detail::createCPUGenerator(7);
    x = torch::randn({16, 5}, random);
    y = scale * torch::randn({16, 3}, random);
    weight = torch::randn({5, 3}, random).requires_grad_();
    bias = torch::randn({3}, random).requires_grad_();
  }

  void backward() const { ((x.mm(weight) + bias - y).square().sum()).backward(); }
  [[nodiscard]] std::vector<ParameterGroup> groups() const {
    return {{{{"weight", weight}}, 0.1}, {{{"bias", bias}}, 0.0}};
  }

  torch::Tensor x, y, weight, bias;
};

AdamWOptions options(double clip_norm) {
  return {.beta1 = 0.8, .beta2 = 0.95, .epsilon = 1e-8, .clip_norm = clip_norm};
}

torch::optim::AdamW reference_of(const Problem& problem) {
  const auto group = [](const torch::Tensor& parameter, double decay) {
    auto chosen = std::make_unique<torch::optim::AdamWOptions>(1e-2);
    chosen->betas({0.8, 0.95}).eps(1e-8).weight_decay(decay);
    return torch::optim::OptimizerParamGroup({parameter}, std::move(chosen));
  };
  return torch::optim::AdamW(std::vector{group(problem.weight, 0.1), group(problem.bias, 0.0)});
}

// Parameters, moments and the count of steps.
contracts::NamedTensors everything(const Problem& problem, const AdamW& optimizer) {
  contracts::NamedTensors tensors{{"weight", problem.weight.detach()}, {"bias", problem.bias.detach()}};
  optimizer.save(tensors);
  return test::cloned(tensors);
}

void expect_torchs_steps(double clip_norm) {
  const Problem ours;
  const Problem theirs;
  AdamW optimizer(ours.groups(), options(clip_norm));
  torch::optim::AdamW reference = reference_of(theirs);
  for (int step = 0; step < 20; ++step) {
    reference.zero_grad();
    ours.backward();
    theirs.backward();
    const double norm =
        torch::nn::utils::clip_grad_norm_({theirs.weight, theirs.bias}, clip_norm > 0 ? clip_norm : 1e9);
    reference.step();
    const UpdateResult result = optimizer.step(1e-2);
    EXPECT_NEAR(result.grad_norm.item<double>(), norm, 1e-4 * norm);
    EXPECT_EQ(result.found_inf.item<double>(), 0);
    EXPECT_TRUE(torch::allclose(ours.weight, theirs.weight, 0, 1e-6)) << step;
    EXPECT_TRUE(torch::allclose(ours.bias, theirs.bias, 0, 1e-6)) << step;
  }
}

TEST(AdamW, StepsAsTorchsDoes) { expect_torchs_steps(0); }

TEST(AdamW, ClipsAsTorchDoes) { expect_torchs_steps(0.5); }

TEST(AdamW, LargerGradientsMakeTheSameClippedStep) {
  const Problem small(100);
  const Problem large(1000);
  for (const Problem* problem : {&small, &large}) {
    AdamW optimizer(problem->groups(), {.beta1 = 0, .beta2 = 0, .epsilon = 1.0, .clip_norm = 0.1});
    const torch::Tensor before = problem->weight.detach().clone();
    problem->backward();
    (void)optimizer.step(1.0);
    EXPECT_LE((problem->weight.detach() - before * 0.9).norm().item<double>(), 0.1);  // decay, and a clipped gradient
  }
}

TEST(AdamW, GradientsAreZeroAfterAStepInTheSameStorage) {
  const Problem problem;
  AdamW optimizer(problem.groups(), options(1));
  const void* storage = problem.weight.grad().data_ptr();
  for (int step = 0; step < 3; ++step) {
    problem.backward();
    EXPECT_GT(problem.weight.grad().abs().sum().item<double>(), 0);
    (void)optimizer.step(1e-2);
    EXPECT_EQ(problem.weight.grad().abs().sum().item<double>(), 0);
    EXPECT_EQ(problem.weight.grad().data_ptr(), storage);
  }
}

class RefusedUpdate : public ::testing::TestWithParam<float> {};

TEST_P(RefusedUpdate, ChangesNothing) {
  const Problem problem;
  const Problem untouched;
  AdamW optimizer(problem.groups(), options(1));
  AdamW expected(untouched.groups(), options(1));
  for (int step = 0; step < 3; ++step) {
    problem.backward();
    untouched.backward();
    EXPECT_EQ(optimizer.step(1e-2).found_inf.item<double>(), 0);
    (void)expected.step(1e-2);
  }
  const contracts::NamedTensors before = everything(problem, optimizer);
  problem.backward();
  problem.bias.mutable_grad()[1] = GetParam();
  const UpdateResult result = optimizer.step(1e-2);
  EXPECT_EQ(result.found_inf.item<double>(), 1);
  EXPECT_FALSE(std::isfinite(result.grad_norm.item<double>()));
  test::expect_same_bits(everything(problem, optimizer), before);

  // And the updates after it are those of an optimiser that never saw it.
  problem.backward();
  untouched.backward();
  (void)optimizer.step(1e-2);
  (void)expected.step(1e-2);
  test::expect_same_bits(everything(problem, optimizer), everything(untouched, expected));
}

INSTANTIATE_TEST_SUITE_P(NotFinite, RefusedUpdate,
                         ::testing::Values(std::numeric_limits<float>::quiet_NaN(),
                                           std::numeric_limits<float>::infinity()));

TEST(AdamW, GoesOnFromWhatItSavedToTheBit) {
  const Problem unbroken;
  const Problem stopped;
  AdamW optimizer(unbroken.groups(), options(1));
  auto first = std::make_unique<AdamW>(stopped.groups(), options(1));
  const auto train = [](const Problem& problem, AdamW& trained) {
    for (int step = 0; step < 5; ++step) {
      problem.backward();
      (void)trained.step(1e-2);
    }
  };
  train(unbroken, optimizer);
  train(unbroken, optimizer);
  train(stopped, *first);
  contracts::NamedTensors saved;
  first->save(saved);
  saved = test::cloned(saved);
  first.reset();
  AdamW second(stopped.groups(), options(1));
  second.load(saved);
  train(stopped, second);
  test::expect_same_bits(everything(stopped, second), everything(unbroken, optimizer));
}

TEST(AdamW, NamesATensorThatTheCheckpointLacks) {
  const Problem problem;
  AdamW optimizer(problem.groups(), options(1));
  for (const std::string name : {"step", "exp_avg.weight", "exp_avg_sq.bias"}) {
    contracts::NamedTensors saved;
    optimizer.save(saved);
    std::erase_if(saved, [&](const auto& item) { return item.first == name; });
    EXPECT_THAT([&] { optimizer.load(saved); },
                ::testing::ThrowsMessage<core::CheckpointError>(AllOf(HasSubstr(name), HasSubstr("missing"))));
  }
}

TEST(AdamW, NamesATensorOfAnotherShape) {
  const Problem problem;
  AdamW optimizer(problem.groups(), options(1));
  contracts::NamedTensors saved;
  optimizer.save(saved);
  for (auto& [name, tensor] : saved) {
    if (name == "exp_avg.weight") tensor = torch::zeros({3, 5});
  }
  EXPECT_THAT([&] { optimizer.load(saved); },
              ::testing::ThrowsMessage<core::CheckpointError>(
                  AllOf(HasSubstr("exp_avg.weight"), HasSubstr("[3, 5]"), HasSubstr("[5, 3]"))));
}

}  // namespace
}  // namespace myxtts::training
