#pragma once
// How two GPUs may exchange memory.

#include <torch/torch.h>

#include "device/runtime.hpp"

namespace myxtts::device {

// kLocal for one GPU; kPeer where the driver offers peer access from `source` to `destination` and several megabytes
// arrive as they were sent (on some machines peer copies change bytes without an error); else kStaged. Waits for both.
[[nodiscard]] TransferRoute find_route(const torch::Device& source, const torch::Device& destination);

}  // namespace myxtts::device
