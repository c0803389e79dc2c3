#pragma once
// Picks the next audio code from a model's logits.

#include <cstdint>
#include <span>
#include <vector>

namespace myxtts::synthesis {

// The user's defaults are config::SamplingSettings; these draw from the logits as they are.
struct SamplingOptions {
  double temperature = 1;
  std::int64_t top_k = 0;         // 0: all
  double top_p = 1;               // 1: all
  double repetition_penalty = 1;  // 1: off
  bool greedy = false;            // the likeliest code after the penalty; the other options have no effect
  std::uint64_t seed = 1;
};

// Thread: const and without state: any number of threads.
class Sampler {
 public:
  // Throws: core::ConfigError that names the invalid option.
  explicit Sampler(const SamplingOptions& options);

  // The next code of one utterance. It depends only on the arguments and the options, not on other rows of a batch. In
  // this order: penalty on the codes of `said`, temperature, top-k, top-p, softmax, one draw. A logit may be -infinity:
  // that code is never picked.
  // Throws: core::CheckpointError if a logit is NaN or +infinity, or no code can be picked.
  // Source: Keskar et al., "CTRL" (2019) (penalty: a logit above 0 is divided, one below multiplied); Fan et al. (2018)
  // (top-k); Holtzman et al. (2020) (top-p: the likeliest codes up to and including the one that reaches top_p).
  [[nodiscard]] std::int64_t pick(std::span<const float> logits, std::span<const std::int64_t> said,
                                  std::uint64_t utterance, std::int64_t step) const;

 private:
  [[nodiscard]] std::int64_t draw(const std::vector<double>& logits, std::uint64_t utterance, std::int64_t step) const;

  SamplingOptions options_;
};

}  // namespace myxtts::synthesis
