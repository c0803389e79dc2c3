#pragma once
// Which way memory is copied between two GPUs.

#include <torch/types.h>

#include "device/runtime.hpp"

namespace myxtts::device {

// kLocal for one GPU; kPeer if the driver offers peer access from `source` to `destination` and a probe of several
// megabytes arrives unchanged (on some machines peer copies change bytes without an error); otherwise kStaged. Waits
// for both.
[[nodiscard]] TransferRoute find_route(const torch::Device& source, const torch::Device& destination);

}  // namespace myxtts::device
