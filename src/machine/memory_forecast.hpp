#pragma once
// What each role's memory will hold, before the first step.

#include <cstdint>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "machine/device_plan.hpp"
#include "stages/plan/stage_plan.hpp"

namespace myxtts::machine {

using stages::DataShape;
using stages::MemoryPart;
using stages::RoleForecast;

// Of each role in the stage that takes the most of it.
struct MemoryForecast {
  RoleForecast data;
  RoleForecast model;
};

// The maximum that each role will hold in any of the stages. On a GPU the context and what the allocator loses to
// rounding are in it; where the roles share one, each takes half of the context.
[[nodiscard]] MemoryForecast forecast_memory(const config::Settings& settings, const DataShape& data, DeviceMode mode,
                                             stages::PlanList plans = stages::all_plans());

// For each role of an isolated plan, a line that says that it fits its cap, or by how much it does not and which flag
// to change.
[[nodiscard]] std::vector<std::string> forecast_lines(const config::Settings& settings, const DataShape& data,
                                                      const DevicePlan& plan);

}  // namespace myxtts::machine
