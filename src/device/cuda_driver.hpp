#pragma once
// The CUDA driver, asked directly: before torch uses a GPU, and in both flavours of the engine.

#include <string>
#include <vector>

namespace myxtts::device {

// UUIDs of the GPUs, or MIG slices, that CUDA shows to this process, in its order: 32 digits in five groups, without
// "GPU-" or "MIG-". Initialises CUDA: CUDA_VISIBLE_DEVICES is read now and never again.
// Throws: core::DeviceError where there is no driver or it does not answer.
[[nodiscard]] std::vector<std::string> visible_gpu_uuids();

}  // namespace myxtts::device
