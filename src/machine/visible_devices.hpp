#pragma once
// The GPUs that a process may use, and their order for the user.

#include <optional>
#include <string>
#include <vector>

#include "machine/device_plan.hpp"
#include "machine/gpu_inventory.hpp"

namespace myxtts::machine {

// The GPUs in `list`, the user's CUDA_VISIBLE_DEVICES, in its order; all GPUs if it is not set. As in CUDA: an index
// counts as nvidia-smi does; a UUID ("GPU-...") may be abbreviated; "MIG-..." names a MIG slice; a GPU that is divided
// into slices means its first slice. The first entry decides whether the list has indices, UUIDs or slices. The list
// ends at the first entry that names no device; if it names a GPU twice, the result is empty.
// Source: CUDA C++ Programming Guide, "CUDA Environment Variables".
[[nodiscard]] std::vector<PlannedGpu> visible_gpus(const std::vector<GpuInfo>& gpus,
                                                   const std::optional<std::string>& list);

// Whether a planned GPU is a MIG slice.
[[nodiscard]] bool is_mig_slice(const PlannedGpu& gpu);

// How CUDA_VISIBLE_DEVICES names a GPU: its physical index, or the UUID of a MIG slice.
[[nodiscard]] std::string visible_name(const PlannedGpu& gpu);

}  // namespace myxtts::machine
