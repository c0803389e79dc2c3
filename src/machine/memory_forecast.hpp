#pragma once
// What each role's memory will hold, before the first step.

#include <cstdint>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "machine/activations.hpp"
#include "machine/device_plan.hpp"

namespace myxtts::machine {

struct MemoryPart {
  std::string name;
  std::int64_t bytes = 0;
};

struct RoleForecast {
  std::string stage;  // the one that takes the most
  std::vector<MemoryPart> parts;
  [[nodiscard]] std::int64_t bytes() const;
  // Units: MiB, rounded up.
  [[nodiscard]] std::int64_t megabytes() const;
};

struct MemoryForecast {
  RoleForecast data;
  RoleForecast model;
};

// The most that each role will hold in the run's stages. On a GPU the context and what the allocator loses to rounding
// are in it; where the roles share one, each takes half of the context.
[[nodiscard]] MemoryForecast forecast_memory(const config::Settings& settings, const DataShape& data, DeviceMode mode);

// For each role of an isolated plan, a line that says that it fits its cap, or by how much it does not and which flag
// to change.
[[nodiscard]] std::vector<std::string> forecast_lines(const config::Settings& settings, const DataShape& data,
                                                      const DevicePlan& plan);

}  // namespace myxtts::machine
