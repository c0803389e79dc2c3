#pragma once
// Recommends caps for a machine, and the largest settings whose forecast fits them.

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

// Caps for a plan's two GPUs, by the total memory of the smaller one, rounded to GiB; on a shared GPU, caps in the same
// ratio that fill its total minus the reserve.
// Throws: CapError if a GPU has under 8 GiB, or if its size is unknown.
[[nodiscard]] CapPair recommended_caps(const DevicePlan& plan);

struct Recommendation {
  CapPair caps;
  config::Settings settings;  // of these, size, precision, batch and buffer are recommended
  MemoryForecast forecast;
};

// The largest model size that fits, with the largest batch and buffer that fit with it: a larger GPU never gets a
// smaller model. Throws: CapError if a GPU is too small.
[[nodiscard]] Recommendation recommend(const DevicePlan& plan, const DataShape& data = {});

// The recommended command line and its forecast, as the machine check prints them: two indented lines.
[[nodiscard]] std::vector<std::string> recommendation_lines(const DevicePlan& plan, const DataShape& data = {});

}  // namespace myxtts::machine
