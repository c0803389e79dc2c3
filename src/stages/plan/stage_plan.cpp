#include "stages/plan/stage_plan.hpp"

#include <array>

#include "stages/plan/codec_plan.hpp"
#include "stages/plan/voice_plan.hpp"

namespace myxtts::stages {

PlanList all_plans() {
  static const std::array<const StagePlan*, 2> plans{&codec_plan(), &voice_plan()};
  return plans;
}

void inherit_steps(PlanList plans, const config::Settings& old_settings, config::Settings& settings) {
  for (const StagePlan* plan : plans) {
    if (plan->planned_steps(settings) == 0) plan->set_planned_steps(settings, plan->planned_steps(old_settings));
  }
}

void plan_steps(PlanList plans, config::Settings& settings, const config::EpochSize& epoch) {
  for (const StagePlan* plan : plans) plan->plan_steps(settings, epoch);
}

}  // namespace myxtts::stages
