#pragma once
// The runtime on one or two GPUs.

#include <memory>

#include "device/runtime.hpp"

namespace myxtts::device {

// Verified on simulated GPUs (tests/simulated_cuda), with the tests in tests/device/cuda; not on a real one.
// Installs the role allocators, sets the caps, and finds the route between the GPUs with a probe, which waits for both.
// Thread: call it before other threads use a GPU.
// Throws: core::DeviceError when a device of the options is no GPU or does not exist; core::OutOfMemoryError when a cap
// leaves no room for the probe.
[[nodiscard]] std::unique_ptr<DeviceRuntime> make_cuda_runtime(const RuntimeOptions& options);

}  // namespace myxtts::device
