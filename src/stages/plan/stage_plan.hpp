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

  // The optimiser steps in the settings.
  [[nodiscard]] virtual std::int64_t planned_steps(const config::Settings& settings) const = 0;
  // Sets the stage's steps in the settings if they are not decided yet.
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

// Plans the steps of every stage. `epoch`: of the last stage.
void plan_steps(PlanList plans, config::Settings& settings, const config::EpochSize& epoch);

}  // namespace myxtts::stages
