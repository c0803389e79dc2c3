#pragma once
// How much of a GPU each role may take. Units: MiB.

#include <cstdint>

#include "machine/device_plan.hpp"

namespace myxtts::machine {

inline constexpr std::int64_t kReserveMb = 1024;  // of a GPU's memory: context, libraries and workspaces
inline constexpr std::int64_t kDefaultDataCapMb = 8192;
inline constexpr std::int64_t kDefaultModelCapMb = 16384;
inline constexpr double kDataFraction = 0.33;  // of a GPU's memory, where a cap is `auto`
inline constexpr double kModelFraction = 0.67;

// A share of so much memory, rounded down.
[[nodiscard]] std::int64_t share_of_mb(std::int64_t total_mb, double fraction);

// Throws GpuConfigurationError with R16's text where the plan's caps do not fit its GPUs less the reserve: the data
// role's cap, the model role's, and on one GPU both together. What would fit is recommended below.
void check_caps(const DevicePlan& plan);

}  // namespace myxtts::machine
