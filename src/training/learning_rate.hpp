#pragma once
// The learning rate over a stage's plan.

#include <cstdint>

namespace myxtts::training {

struct RatePlan {
  double peak = 1e-3;
  std::int64_t warmup_steps = 0;
  std::int64_t planned_steps = 1;
  double final_share = 0;  // of the peak, at the end of the cosine
};

// Learning rate of optimiser step `step` (from 1): linear warm-up to the peak, then a half cosine down to the final
// share.
[[nodiscard]] double learning_rate(const RatePlan& plan, std::int64_t step);

}  // namespace myxtts::training
