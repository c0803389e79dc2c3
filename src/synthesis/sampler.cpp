#include "synthesis/sampler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>
#include <string>

#include "core/error.hpp"
#include "core/random.hpp"

namespace myxtts::synthesis {
namespace {

void require(bool holds, const char* option, double value, const char* expected) {
  if (holds) return;
  throw core::ConfigError(core::ErrorDetails{.what = "a sampling option makes no sense",
                                             .where = option,
                                             .value = fmt::format("{}", value),
                                             .expected = expected,
                                             .advice = ""});
}

void penalise(std::vector<double>& logits, std::span<const std::int64_t> said, double penalty) {
  for (const std::int64_t code : std::set<std::int64_t>(said.begin(), said.end())) {
    double& logit = logits.at(static_cast<std::size_t>(code));
    logit = logit < 0 ? logit * penalty : logit / penalty;
  }
}

// Replaces logits, which are in descending order, by their softmax.
void softmax(std::vector<double>& sorted) {
  const double highest = sorted.front();
  double total = 0;
  for (double& value : sorted) total += value = std::exp(value - highest);
  for (double& value : sorted) value /= total;
}

}  // namespace

Sampler::Sampler(const SamplingOptions& options) : options_(options) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const auto is_positive = [&](double value) { return value > 0 && value < kInfinity; };
  require(is_positive(options.temperature), "temperature", options.temperature, "a number above 0");
  require(options.top_k >= 0, "top-k", static_cast<double>(options.top_k), "a count, or 0 for all codes");
  require(options.top_p > 0 && options.top_p <= 1, "top-p", options.top_p, "a share above 0, at most 1");
  require(is_positive(options.repetition_penalty), "repetition-penalty", options.repetition_penalty,
          "a number above 0");
}

std::int64_t Sampler::pick(std::span<const float> logits, std::span<const std::int64_t> said, std::uint64_t utterance,
                           std::int64_t step) const {
  std::vector<double> scores(logits.begin(), logits.end());
  const auto is_no_number = [](double score) { return std::isnan(score) || score > std::numeric_limits<float>::max(); };
  const auto highest = std::max_element(scores.begin(), scores.end());
  if (std::any_of(scores.begin(), scores.end(), is_no_number) || highest == scores.end() || std::isinf(*highest)) {
    throw core::CheckpointError("the voice model's logits are not finite: the checkpoint is damaged or diverged");
  }
  penalise(scores, said, options_.repetition_penalty);
  if (options_.greedy) return std::max_element(scores.begin(), scores.end()) - scores.begin();
  return draw(scores, utterance, step);
}

std::int64_t Sampler::draw(const std::vector<double>& logits, std::uint64_t utterance, std::int64_t step) const {
  std::vector<std::size_t> codes(logits.size());
  std::iota(codes.begin(), codes.end(), std::size_t{0});
  // Stable sort: equal logits stay in the order of their codes, so that the draw is the same on every machine.
  std::stable_sort(codes.begin(), codes.end(), [&](std::size_t a, std::size_t b) { return logits[a] > logits[b]; });
  if (options_.top_k > 0) codes.resize(std::min(codes.size(), static_cast<std::size_t>(options_.top_k)));
  std::vector<double> shares;
  for (const std::size_t code : codes) shares.push_back(logits[code] / options_.temperature);
  softmax(shares);
  double mass = 0;
  std::size_t kept = 0;
  while (kept < shares.size() && mass < options_.top_p) mass += shares[kept++];
  core::CounterRandom random(core::RandomCoordinates{.seed = options_.seed,
                                                     .stage = 0,
                                                     .epoch = static_cast<std::uint64_t>(step),
                                                     .item = utterance,
                                                     .purpose = core::Purpose::kSampling});
  double rest = random.uniform() * mass;
  std::size_t chosen = 0;
  while (chosen + 1 < kept && rest >= shares[chosen]) rest -= shares[chosen++];
  return static_cast<std::int64_t>(codes[chosen]);
}

}  // namespace myxtts::synthesis
