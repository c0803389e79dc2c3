#pragma once
// Forecast of each role's memory before the first step.

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

// For each role, the forecast of the stage that needs the most memory.
struct MemoryForecast {
  RoleForecast data;
  RoleForecast model;
};

// The maximum memory of each role over all stages. On a GPU it includes the CUDA context and the allocator's overhead;
// if the roles share a GPU, each counts half of the context.
[[nodiscard]] MemoryForecast forecast_memory(const config::Settings& settings, const DataShape& data, DeviceMode mode,
                                             stages::PlanList plans = stages::all_plans());

// For each role of an isolated plan, a line that says whether the forecast fits the cap, and if not, by how much it is
// exceeded and which flag to change.
[[nodiscard]] std::vector<std::string> forecast_lines(const config::Settings& settings, const DataShape& data,
                                                      const DevicePlan& plan);

}  // namespace myxtts::machine
