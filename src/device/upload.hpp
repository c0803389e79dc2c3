#pragma once
// Copies of small tensors between the host and a device.

#include <torch/types.h>

namespace myxtts::device {

// Copies `tensor`, which is on the CPU, to `device`. If that is a GPU, the host does not wait for the copy: the tensor
// is pinned first, because a copy from pageable memory would wait for all earlier work of the stream.
// Stream: the calling thread's.
[[nodiscard]] inline torch::Tensor uploaded(const torch::Tensor& tensor, torch::Device device) {
  return device.is_cuda() ? tensor.pin_memory().to(device, /*non_blocking=*/true) : tensor.to(device);
}

// Copies `tensor` to the CPU. If it is on a GPU, the values are valid once an event passes that is recorded on the
// calling thread's stream after this call.
[[nodiscard]] inline torch::Tensor downloaded(const torch::Tensor& tensor) {
  if (!tensor.is_cuda()) return tensor;
  const torch::Tensor host = torch::empty_like(tensor, tensor.options().device(torch::kCPU).pinned_memory(true));
  return host.copy_(tensor, /*non_blocking=*/true);
}

}  // namespace myxtts::device
