#pragma once
// The runtime on one or two GPUs.

#include <memory>

#include "device/runtime.hpp"

namespace myxtts::device {

// Not verified on a GPU: compiled and linked, its allocator tested over a fake one; tests/device/cuda holds what to run
// where there are GPUs.
// Puts the role allocators in place, sets the caps, and finds the route between the GPUs by a probe, which waits for
// both. Thread: before other threads use a GPU.
// Throws: core::DeviceError when a device of the options is no GPU or is not there.
[[nodiscard]] std::unique_ptr<DeviceRuntime> make_cuda_runtime(const RuntimeOptions& options);

}  // namespace myxtts::device
