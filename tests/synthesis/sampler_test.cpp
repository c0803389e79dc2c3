#include "synthesis/sampler.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <set>

#include "core/error.hpp"
#include "core/random.hpp"

namespace myxtts::synthesis {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
using Codes = std::vector<std::int64_t>;

// Nothing is cut off, nothing is scaled.
SamplingOptions plain() { return {}; }

SamplingOptions greedy(double penalty = 1) {
  SamplingOptions options;
  options.greedy = true;
  options.repetition_penalty = penalty;
  return options;
}

std::vector<float> log_of(const std::vector<double>& shares) {
  std::vector<float> logits;
  for (const double share : shares) logits.push_back(static_cast<float>(std::log(share)));
  return logits;
}

// How often each code is drawn in 4,000 steps, as a share.
std::vector<double> shares_of(const SamplingOptions& options, const std::vector<float>& logits,
                              const Codes& said = {}) {
  constexpr int kDraws = 4000;
  const Sampler sampler(options);
  std::vector<double> shares(logits.size());
  for (int step = 0; step < kDraws; ++step) {
    shares[static_cast<std::size_t>(sampler.pick(logits, said, 0, step))] += 1.0 / kDraws;
  }
  return shares;
}

void expect_near(const std::vector<double>& found, const std::vector<double>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  constexpr double kTolerance = 0.03;  // four deviations of 4,000 draws
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], kTolerance) << i;
}

TEST(Sampler, GreedyTakesTheLikeliestAndOfEqualOnesTheFirst) {
  const Sampler sampler(greedy());
  EXPECT_EQ(sampler.pick(std::array{0.0F, 2.0F, 1.0F}, {}, 0, 0), 1);
  EXPECT_EQ(sampler.pick(std::array{0.0F, 2.0F, 2.0F}, {}, 0, 0), 1);
}

TEST(Sampler, PenaltyDividesLogitsAboveZeroAndMultipliesThoseBelow) {
  const Sampler sampler(greedy(2));
  const Codes said{1, 1, 1};
  EXPECT_EQ(sampler.pick(std::array{1.1F, 2.0F}, said, 0, 0), 0);    // 2 / 2 < 1.1, once however often it was said
  EXPECT_EQ(sampler.pick(std::array{0.9F, 2.0F}, said, 0, 0), 1);    // 2 / 2 > 0.9
  EXPECT_EQ(sampler.pick(std::array{-1.9F, -1.0F}, said, 0, 0), 0);  // -1 * 2 < -1.9
  EXPECT_EQ(sampler.pick(std::array{-2.1F, -1.0F}, said, 0, 0), 1);
}

TEST(Sampler, DrawsFollowTheSoftmax) { expect_near(shares_of(plain(), log_of({0.5, 0.2, 0.3})), {0.5, 0.2, 0.3}); }

TEST(Sampler, TemperatureSharpensAndFlattens) {
  SamplingOptions options = plain();
  options.temperature = 0.5;  // squares the shares: 0.64 : 0.04
  expect_near(shares_of(options, log_of({0.8, 0.2})), {0.64 / 0.68, 0.04 / 0.68});
  options.temperature = 2;  // their roots
  expect_near(shares_of(options, log_of({0.8, 0.2})), {2.0 / 3, 1.0 / 3});
}

TEST(Sampler, TopKKeepsTheLikeliestOnly) {
  SamplingOptions options = plain();
  options.top_k = 2;
  expect_near(shares_of(options, log_of({0.1, 0.6, 0.3})), {0, 2.0 / 3, 1.0 / 3});
}

TEST(Sampler, TopPKeepsTheCodeThatReachesTheShare) {
  SamplingOptions options = plain();
  options.top_p = 0.7;  // 0.6 is not enough: 0.3 comes in as well
  expect_near(shares_of(options, log_of({0.1, 0.6, 0.3})), {0, 2.0 / 3, 1.0 / 3});
  options.top_p = 0.55;
  expect_near(shares_of(options, log_of({0.1, 0.6, 0.3})), {0, 1, 0});
}

TEST(Sampler, TopPCountsSharesAfterTopK) {
  SamplingOptions options = plain();
  options.top_k = 2;
  options.top_p = 0.6;  // among the two, 0.4 is a share of 0.57, which is not enough; of all it is 0.4
  expect_near(shares_of(options, log_of({0.4, 0.3, 0.3})), {4.0 / 7, 3.0 / 7, 0});
  options.top_p = 0.55;
  expect_near(shares_of(options, log_of({0.4, 0.3, 0.3})), {1, 0, 0});
}

TEST(Sampler, PenaltyComesBeforeTheTemperature) {
  SamplingOptions options = plain();
  options.repetition_penalty = 2;
  options.temperature = 0.5;
  const double said = std::exp(2.0 / 2 / 0.5);
  const double other = std::exp(0.5 / 0.5);
  expect_near(shares_of(options, {2.0F, 0.5F}, {0}), {said / (said + other), other / (said + other)});
}

TEST(Sampler, TheDrawIsTheInverseOfTheCumulativeShares) {
  SamplingOptions options = plain();
  options.seed = 9;
  const std::vector<float> logits = log_of({0.2, 0.5, 0.3});  // in the order of their size: code 1, 2, 0
  for (std::int64_t step = 0; step < 50; ++step) {
    core::RandomCoordinates coordinates;
    coordinates.seed = 9;
    coordinates.epoch = static_cast<std::uint64_t>(step);
    coordinates.item = 4;
    coordinates.purpose = core::Purpose::kSampling;
    const double uniform = core::CounterRandom(coordinates).uniform();
    const std::int64_t expected = uniform < 0.5 ? 1 : uniform < 0.8 ? 2 : 0;
    EXPECT_EQ(Sampler(options).pick(logits, {}, 4, step), expected) << uniform;
  }
}

TEST(Sampler, SeedUtteranceAndStepEachChangeTheDraws) {
  const std::vector<float> logits(1000, 0.0F);
  SamplingOptions other = plain();
  other.seed = 2;
  const Sampler sampler(plain());
  const std::set<std::int64_t> picks{sampler.pick(logits, {}, 0, 0), sampler.pick(logits, {}, 0, 1),
                                     sampler.pick(logits, {}, 1, 0), Sampler(other).pick(logits, {}, 0, 0)};
  EXPECT_EQ(picks.size(), 4U);
  EXPECT_EQ(sampler.pick(logits, {}, 1, 0), sampler.pick(logits, {}, 1, 0));
}

TEST(Sampler, ForbiddenCodesAreNeverPicked) {
  EXPECT_EQ(Sampler(greedy()).pick(std::array{-kInfinity, -5.0F}, {}, 0, 0), 1);
  expect_near(shares_of(plain(), {-kInfinity, 0.0F, 0.0F}), {0, 0.5, 0.5});
}

TEST(Sampler, LogitsThatAreNoNumbersAreTheCheckpointsDefect) {
  const Sampler sampler(plain());
  EXPECT_THROW((void)sampler.pick(std::array{0.0F, std::nanf("")}, {}, 0, 0), core::CheckpointError);
  EXPECT_THROW((void)sampler.pick(std::array{0.0F, kInfinity}, {}, 0, 0), core::CheckpointError);
  EXPECT_THROW((void)sampler.pick(std::array{-kInfinity}, {}, 0, 0), core::CheckpointError);
  EXPECT_THROW((void)sampler.pick({}, {}, 0, 0), core::CheckpointError);
}

TEST(Sampler, OptionsThatMakeNoSenseAreNamed) {
  const auto message = [](auto change) -> std::string {
    SamplingOptions options;
    change(options);
    try {
      (void)Sampler(options);
    } catch (const core::ConfigError& error) {
      return error.what();
    }
    return "accepted";
  };
  EXPECT_NE(message([](auto& o) { o.temperature = 0; }).find("temperature"), std::string::npos);
  EXPECT_NE(message([](auto& o) { o.top_k = -1; }).find("top-k"), std::string::npos);
  EXPECT_NE(message([](auto& o) { o.top_p = 1.5; }).find("top-p"), std::string::npos);
  EXPECT_NE(message([](auto& o) { o.repetition_penalty = std::nan(""); }).find("repetition-penalty"),
            std::string::npos);
  EXPECT_EQ(message([](auto&) {}), "accepted");
}

}  // namespace
}  // namespace myxtts::synthesis
