#pragma once
// Direct calls of the CUDA driver: before torch uses a GPU, and in both flavours of the engine.

#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"

namespace myxtts::device {

// The driver is for an older CUDA than the one that this program needs.
class DriverTooOld : public core::DeviceError {
 public:
  using core::DeviceError::DeviceError;
};

// The version of the CUDA runtime in this process, as CUDA writes it: 13000 is 13.0. Not set if none is loaded.
[[nodiscard]] std::optional<int> cuda_runtime_version();

// Checks that the driver can serve that CUDA runtime; without a runtime or a driver there is nothing to check. Does not
// initialise CUDA. Throws: DriverTooOld, with both versions; core::DeviceError if the driver does not answer.
// Source: CUDA Compatibility, "Minor Version Compatibility": a driver serves all runtimes of its major version, or of
// an earlier one.
void require_recent_driver(std::optional<int> runtime_version = cuda_runtime_version());

// UUIDs of the GPUs, or MIG slices, that CUDA shows to this process, in CUDA's order: 32 digits in five groups, without
// "GPU-" or "MIG-". Initialises CUDA, which reads CUDA_VISIBLE_DEVICES now and never again.
// Throws: core::DeviceError if there is no driver or it does not answer.
[[nodiscard]] std::vector<std::string> visible_gpu_uuids();

// Whether a GPU computes in bfloat16: NVIDIA's do from compute capability 8.0 on. `index`: in CUDA's order of the GPUs
// that it shows. Initialises CUDA. Throws: core::DeviceError if the driver does not answer, or has no such GPU.
[[nodiscard]] bool has_bf16(int index);

}  // namespace myxtts::device
