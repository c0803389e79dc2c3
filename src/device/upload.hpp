#pragma once
// The way of small host tensors to a device.

#include <torch/torch.h>

namespace myxtts::device {

// `tensor`, which is on the CPU, on `device`; the host does not wait for the copy on a GPU (pageable memory would make
// it wait for all that the stream has to do before).
// Stream: the calling thread's.
[[nodiscard]] inline torch::Tensor uploaded(const torch::Tensor& tensor, torch::Device device) {
  return device.is_cuda() ? tensor.pin_memory().to(device, /*non_blocking=*/true) : tensor.to(device);
}

// `tensor` on the CPU; on a GPU its values are there once an event passes that the calling thread's stream gets after
// this call.
[[nodiscard]] inline torch::Tensor downloaded(const torch::Tensor& tensor) {
  if (!tensor.is_cuda()) return tensor;
  const torch::Tensor host = torch::empty_like(tensor, tensor.options().device(torch::kCPU).pinned_memory(true));
  return host.copy_(tensor, /*non_blocking=*/true);
}

}  // namespace myxtts::device
