#include "device/synchronisation_counter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <thread>

namespace myxtts::device {
namespace {

using testing::Contains;
using testing::ElementsAre;

struct WaitingCase {
  std::string name;
  std::string counted_as;
  std::function<void()> run;
};

torch::Tensor numbers() { return torch::tensor({3, 0, 1, 1}); }

class WaitingOperator : public testing::TestWithParam<WaitingCase> {};

TEST_P(WaitingOperator, IsCounted) {
  SynchronisationCounter counter;
  GetParam().run();
  EXPECT_GE(counter.count(), 1);
  EXPECT_THAT(counter.names(), Contains(GetParam().counted_as));
}

INSTANTIATE_TEST_SUITE_P(
    Each, WaitingOperator,
    testing::Values(
        WaitingCase{"item", "aten::_local_scalar_dense", [] { (void)numbers().sum().item<int>(); }},
        WaitingCase{"is_nonzero", "aten::_local_scalar_dense", [] { (void)numbers().sum().is_nonzero(); }},
        WaitingCase{"allclose", "aten::_local_scalar_dense", [] { (void)torch::allclose(numbers(), numbers()); }},
        WaitingCase{"equal", "aten::equal", [] { (void)torch::equal(numbers(), numbers()); }},
        WaitingCase{"nonzero", "aten::nonzero", [] { (void)numbers().nonzero(); }},
        WaitingCase{"where_indices", "aten::nonzero", [] { (void)torch::where(numbers() > 0); }},
        WaitingCase{"masked_select", "aten::masked_select", [] { (void)numbers().masked_select(numbers() > 0); }},
        WaitingCase{"index_by_mask", "aten::nonzero", [] { (void)numbers().index({numbers() > 0}); }},
        WaitingCase{"index_put_by_mask", "aten::nonzero",
                    [] { (void)numbers().index_put_({numbers() > 0}, torch::zeros({3}, torch::kInt64)); }},
        WaitingCase{"unique", "aten::_unique2", [] { (void)at::_unique2(numbers()); }},
        WaitingCase{"unique_dim", "aten::unique_dim", [] { (void)torch::unique_dim(numbers(), 0); }},
        WaitingCase{"unique_consecutive", "aten::unique_consecutive",
                    [] { (void)torch::unique_consecutive(numbers()); }},
        WaitingCase{"bincount", "aten::bincount", [] { (void)torch::bincount(numbers()); }},
        WaitingCase{"repeat_interleave", "aten::repeat_interleave",
                    [] { (void)torch::repeat_interleave(numbers(), numbers(), 0); }}),
    [](const auto& parameters) { return parameters.param.name; });

TEST(SynchronisationCounter, ItemCountsOnce) {
  const torch::Tensor one = torch::ones({1});
  SynchronisationCounter counter;
  (void)one.item<float>();
  EXPECT_THAT(counter.names(), ElementsAre("aten::_local_scalar_dense"));
}

TEST(SynchronisationCounter, OrdinaryOperatorsAreNotCounted) {
  const torch::Tensor weight = torch::randn({8, 8}, torch::requires_grad());
  const torch::Tensor rows = torch::tensor({1, 5, 5});
  SynchronisationCounter counter;
  const torch::Tensor hidden = torch::layer_norm(torch::matmul(torch::randn({4, 8}), weight), {8});
  const torch::Tensor picked = torch::cat({hidden, hidden}).index({rows}).index_select(0, torch::tensor({0, 2}));
  const torch::Tensor loss = torch::where(picked > 0, picked, 2 * picked).square().mean();
  loss.backward();
  (void)torch::repeat_interleave(rows, torch::tensor({1, 2, 1}), 0, /*output_size=*/4);
  (void)weight.grad().norm().clamp_max(1.0).isfinite().logical_not();
  EXPECT_THAT(counter.names(), ElementsAre());
}

TEST(SynchronisationCounter, BackwardIsCounted) {
  struct ReadsInBackward : torch::autograd::Function<ReadsInBackward> {
    static torch::Tensor forward(torch::autograd::AutogradContext*, const torch::Tensor& x) { return x * 2; }
    static torch::autograd::variable_list backward(torch::autograd::AutogradContext*,
                                                   const torch::autograd::variable_list& gradients) {
      return {gradients[0] * gradients[0].sum().item<float>()};
    }
  };
  const torch::Tensor loss = ReadsInBackward::apply(torch::ones({2}, torch::requires_grad())).sum();
  SynchronisationCounter counter;
  loss.backward();
  EXPECT_EQ(counter.count(), 1);
}

TEST(SynchronisationCounter, NestedCountersEachCount) {
  SynchronisationCounter outer;
  (void)numbers().nonzero();
  {
    SynchronisationCounter inner;
    (void)numbers().nonzero();
    EXPECT_EQ(inner.count(), 1);
  }
  (void)numbers().nonzero();
  EXPECT_EQ(outer.count(), 3);
}

TEST(SynchronisationCounter, OtherThreadsAreNotCounted) {
  SynchronisationCounter counter;
  std::thread([] { (void)numbers().nonzero(); }).join();
  EXPECT_EQ(counter.count(), 0);
}

TEST(SynchronisationCounter, CountingEndsWithIt) {
  { const SynchronisationCounter counter; }
  EXPECT_FALSE(at::hasThreadLocalCallbacks());
}

}  // namespace
}  // namespace myxtts::device
