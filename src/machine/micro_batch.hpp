#pragma once
// The micro-batch of an optimiser step that is computed in several parts for lack of memory.

#include "config/settings.hpp"
#include "machine/device_plan.hpp"
#include "machine/memory_forecast.hpp"

namespace myxtts::machine {

// The batch settings with the largest micro-batch whose forecast takes at most 70 % of each role's memory: of its cap,
// or else of its GPU; on one GPU without caps both roles' forecasts together. An optimiser step keeps its clips,
// batch.size times batch.accumulation, within 5 %: a set of few clips has no large batches. Unchanged if no larger one
// fits, on a CPU, and if the driver does not report a GPU's memory.
[[nodiscard]] config::BatchSettings fitted_batch(const config::Settings& settings, const DataShape& data,
                                                 const DevicePlan& plan);

}  // namespace myxtts::machine
