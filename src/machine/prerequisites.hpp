#pragma once
// The part of the machine check that needs no torch: driver, libtorch, GPU indices and caps.

#include <optional>
#include <string>

#include "machine/device_options.hpp"
#include "machine/device_plan.hpp"
#include "machine/gpu_inventory.hpp"
#include "machine/machine_report.hpp"

namespace myxtts::machine {

struct Prerequisites {
  MachineReport report;            // the checks so far
  std::optional<DevicePlan> plan;  // for the engine's checks; no value if they cannot run
};

// `options` must name both GPUs, or share one. `libtorch_version`: no value if libtorch is not installed.
// A cap that does not fit is a failure in the sixth section; the plan is then without isolation.
[[nodiscard]] Prerequisites check_prerequisites(const DeviceOptions& options, const DeviceInventory& inventory,
                                                const std::optional<std::string>& libtorch_version);

}  // namespace myxtts::machine
