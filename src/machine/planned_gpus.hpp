#pragma once
// Checks that the GPUs that CUDA shows are the planned ones.

#include <string>
#include <vector>

#include "machine/device_plan.hpp"

namespace myxtts::machine {

// `visible_uuids`: the UUIDs that CUDA shows, in CUDA's order, without "GPU-" or "MIG-". The comparison ignores case;
// if NVML did not report a planned GPU's UUID, any GPU at its place matches. Throws: core::DeviceError if they are not
// the plan's GPUs in the plan's order; it says what was planned, what is visible and what to do.
void require_planned_gpus(const DevicePlan& plan, const std::vector<std::string>& visible_uuids);

}  // namespace myxtts::machine
