#pragma once
// Direct calls of the CUDA driver: before torch uses a GPU, and in both flavours of the engine.

#include <string>
#include <vector>

namespace myxtts::device {

// UUIDs of the GPUs, or MIG slices, that CUDA shows to this process, in CUDA's order: 32 digits in five groups, without
// "GPU-" or "MIG-". Initialises CUDA, which reads CUDA_VISIBLE_DEVICES now and never again.
// Throws: core::DeviceError if there is no driver or it does not answer.
[[nodiscard]] std::vector<std::string> visible_gpu_uuids();

}  // namespace myxtts::device
