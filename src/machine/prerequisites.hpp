#pragma once
// The part of `validate` that needs no torch: driver, libtorch, GPU indices and caps.

#include <optional>
#include <string>

#include "machine/device_options.hpp"
#include "machine/device_plan.hpp"
#include "machine/gpu_inventory.hpp"
#include "machine/machine_report.hpp"

namespace myxtts::machine {

struct Prerequisites {
  MachineReport report;            // what was checked so far
  std::optional<DevicePlan> plan;  // for the engine to check the rest on; nothing where that is impossible
};

// `options` name both GPUs, or share one. `libtorch_version`: nothing where it is not installed.
// A cap that does not fit is a failure of the sixth section; the plan is then one without isolation.
[[nodiscard]] Prerequisites check_prerequisites(const DeviceOptions& options, const DeviceInventory& inventory,
                                                const std::optional<std::string>& libtorch_version);

}  // namespace myxtts::machine
