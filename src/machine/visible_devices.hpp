#pragma once
// Which GPUs a process may use, and how the user counts them.

#include <optional>
#include <string>
#include <vector>

#include "machine/device_plan.hpp"
#include "machine/gpu_inventory.hpp"

namespace myxtts::machine {

// The GPUs that `list`, the user's CUDA_VISIBLE_DEVICES, leaves, in its order; every GPU where it is not set. An index
// counts as nvidia-smi does, a UUID ("GPU-...") may be cut short, a MIG slice ("MIG-...") stands for itself, and a GPU
// that is divided into slices for its first one, as in CUDA. The list ends at its first entry that names nothing; one
// that names a GPU twice leaves none. Its first entry decides whether indices, UUIDs or slices are named.
// Source: CUDA C++ Programming Guide, "CUDA Environment Variables".
[[nodiscard]] std::vector<PlannedGpu> visible_gpus(const std::vector<GpuInfo>& gpus,
                                                   const std::optional<std::string>& list);

// Whether a GPU of a plan is a part of one.
[[nodiscard]] bool is_mig_slice(const PlannedGpu& gpu);

// How CUDA_VISIBLE_DEVICES names a GPU: its physical index, or the UUID of a MIG slice.
[[nodiscard]] std::string visible_name(const PlannedGpu& gpu);

}  // namespace myxtts::machine
