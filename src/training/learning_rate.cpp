#include "training/learning_rate.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace myxtts::training {

double learning_rate(const RatePlan& plan, std::int64_t step) {
  if (step <= plan.warmup_steps) return plan.peak * static_cast<double>(step) / static_cast<double>(plan.warmup_steps);
  const auto decay_steps = static_cast<double>(std::max<std::int64_t>(1, plan.planned_steps - plan.warmup_steps));
  const double progress = std::min(1.0, static_cast<double>(step - plan.warmup_steps) / decay_steps);
  const double cosine = 0.5 * (1 + std::cos(std::numbers::pi * progress));
  return plan.peak * (plan.final_share + (1 - plan.final_share) * cosine);
}

}  // namespace myxtts::training
