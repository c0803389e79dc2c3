#pragma once
// The runtime on one or two GPUs.

#include <memory>

#include "device/runtime.hpp"

namespace myxtts::device {

// Not run yet: no GPU was at hand; compiled and linked only.
// Throws: core::DeviceError when a device of the options is no GPU or is not there, or when a cap is asked for (caps on
// a GPU need an allocator that this version does not have).
[[nodiscard]] std::unique_ptr<DeviceRuntime> make_cuda_runtime(const RuntimeOptions& options);

}  // namespace myxtts::device
