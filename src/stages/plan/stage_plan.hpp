#pragma once
// What can be said of a stage before it is made, without torch: how long it trains and what memory it takes.

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

  // Optimiser steps, as the settings plan them; 0: not planned yet.
  [[nodiscard]] virtual std::int64_t planned_steps(const config::Settings& settings) const = 0;
  virtual void set_planned_steps(config::Settings& settings, std::int64_t steps) const = 0;
  // Fills in the planned steps where they are 0.
  virtual void plan_steps(config::Settings& settings, const config::EpochSize& epoch) const = 0;

  // The maximum that each role will hold while the stage trains.
  [[nodiscard]] virtual RoleForecast data_role(const config::Settings& settings, const DataShape& data) const = 0;
  // `on_gpu`: dropout keeps a byte an element there, its scale on a CPU.
  [[nodiscard]] virtual RoleForecast model_role(const config::Settings& settings, const DataShape& data,
                                                bool on_gpu) const = 0;
};

using PlanList = std::span<const StagePlan* const>;

// Of the stages of the catalogue, in its order.
[[nodiscard]] PlanList all_plans();

// Takes the steps that a run planned when it was made, where the settings that it is resumed with plan none.
void inherit_steps(PlanList plans, const config::Settings& old_settings, config::Settings& settings);

// Plans the steps of every stage by an epoch of the one that speaks.
void plan_steps(PlanList plans, config::Settings& settings, const config::EpochSize& epoch);

}  // namespace myxtts::stages
