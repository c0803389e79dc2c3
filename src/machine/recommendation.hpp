#pragma once
// What a machine can train with: caps, and the largest settings that fit them by forecast.

#include <cstdint>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "machine/device_plan.hpp"
#include "machine/memory_forecast.hpp"

namespace myxtts::machine {

// Units: MiB.
struct CapPair {
  std::int64_t data_mb = 0;
  std::int64_t model_mb = 0;
};

// Caps for a plan's two GPUs by the smaller one's total, rounded to GiB; on a shared GPU the same shares of its total
// less the reserve.
// Throws: CapError where a GPU is under 8 GiB, or of unknown size.
[[nodiscard]] CapPair recommended_caps(const DevicePlan& plan);

struct Recommendation {
  CapPair caps;
  config::Settings settings;  // size, precision, batch and buffer are what is recommended
  MemoryForecast forecast;
};

// The largest size that fits, with the largest batch and buffer that fit with it: a larger GPU gets no smaller model.
// Throws: CapError where a GPU is too small.
[[nodiscard]] Recommendation recommend(const DevicePlan& plan, const DataShape& data = {});

// The command line and its forecast, as the validator prints them: two lines, indented.
[[nodiscard]] std::vector<std::string> recommendation_lines(const DevicePlan& plan, const DataShape& data = {});

}  // namespace myxtts::machine
