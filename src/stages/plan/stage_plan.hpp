#pragma once
// The properties of a stage that are known before it is created, without torch: its number of steps and its memory.

#include <cstdint>
#include <span>

#include "config/presets.hpp"
#include "config/settings.hpp"
#include "stages/catalogue/stage_entry.hpp"
#include "stages/plan/role_memory.hpp"

namespace myxtts::stages {

class StagePlan {
 public:
  virtual ~StagePlan() = default;

  [[nodiscard]] virtual const StageEntry& entry() const = 0;

  // The optimiser steps in the settings; 0: not planned yet.
  [[nodiscard]] virtual std::int64_t planned_steps(const config::Settings& settings) const = 0;
  virtual void set_planned_steps(config::Settings& settings, std::int64_t steps) const = 0;
  // Sets the stage's steps in the settings if they are not planned yet.
  virtual void plan_steps(config::Settings& settings, const config::EpochSize& epoch) const = 0;

  // The maximum memory of each role while the stage trains.
  [[nodiscard]] virtual RoleForecast data_role(const config::Settings& settings, const DataShape& data) const = 0;
  // `on_gpu`: dropout keeps one byte per element on a GPU, a float scale on a CPU.
  [[nodiscard]] virtual RoleForecast model_role(const config::Settings& settings, const DataShape& data,
                                                bool on_gpu) const = 0;
};

using PlanList = std::span<const StagePlan* const>;

// The plans of all stages of the catalogue, in its order.
[[nodiscard]] PlanList all_plans();

// Copies the steps that a run planned at its first start, for the stages whose steps `settings` does not plan.
void inherit_steps(PlanList plans, const config::Settings& old_settings, config::Settings& settings);

// Plans the steps of every stage. `epoch`: of the stage that speaks.
void plan_steps(PlanList plans, config::Settings& settings, const config::EpochSize& epoch);

}  // namespace myxtts::stages
