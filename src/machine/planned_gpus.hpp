#pragma once
// Whether the GPUs that CUDA shows are those that were planned.

#include <string>
#include <vector>

#include "machine/device_plan.hpp"

namespace myxtts::machine {

// `visible_uuids`: what CUDA shows, in its order, without "GPU-" or "MIG-". Letters count in either case; of a GPU
// whose UUID NVML did not say, only that there is one in its place. Throws: core::DeviceError where they are not the
// plan's GPUs, each in its place: what was planned, what is there and what to do.
void require_planned_gpus(const DevicePlan& plan, const std::vector<std::string>& visible_uuids);

}  // namespace myxtts::machine
