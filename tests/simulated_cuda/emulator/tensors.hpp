#pragma once
// Tensors of a GPU as the CPU's kernels and the meta kernels see them.

#include <ATen/core/ivalue.h>
#include <torch/types.h>

#include "simulated_cuda/simulation.hpp"

namespace myxtts::simulated_cuda {

// The same memory through its alias, as a tensor of the CPU: for a stream's thread alone. A tensor of the CPU is
// copied, as a launch takes its value at once.
[[nodiscard]] at::Tensor on_cpu(const at::Tensor& tensor);

// A tensor without memory, of the same sizes, strides and type. Scalars of the CPU stay as they are.
[[nodiscard]] at::Tensor on_meta(const at::Tensor& tensor);

// What a kernel reads or writes of it: from its first element to its last one.
[[nodiscard]] Access access_to(const at::Tensor& tensor, bool write);

// The memory of a new tensor of a GPU, taken on the current stream.
struct TensorShape {
  bool defined = false;
  c10::ScalarType type{};
  std::vector<std::int64_t> sizes, strides;
};
[[nodiscard]] TensorShape shape_of(const at::Tensor& tensor);
[[nodiscard]] at::Tensor allocate(const TensorShape& shape, c10::Device device);

// Calls function(tensor) for each defined tensor in an argument or result.
template <typename Function>
void for_each_tensor(const c10::IValue& value, const Function& function) {
  if (value.isTensor()) {
    if (value.toTensor().defined()) function(value.toTensor());
  } else if (value.isList()) {
    for (const c10::IValue& element : value.toListRef()) for_each_tensor(element, function);
  }
}

// The argument with function(tensor) in place of each tensor, and `device` in place of each device.
template <typename Function>
c10::IValue converted(const c10::IValue& value, c10::DeviceType device, const Function& function) {
  if (value.isTensor()) return function(value.toTensor());
  if (value.isDevice()) return c10::Device(device);
  if (value.isTensorList()) {
    c10::List<at::Tensor> list;
    for (const at::Tensor tensor : value.toTensorList()) list.push_back(function(tensor));
    return list;
  }
  if (value.isOptionalTensorList()) {
    c10::List<std::optional<at::Tensor>> list;
    for (const std::optional<at::Tensor> tensor : value.toOptionalTensorList()) {
      list.push_back(tensor ? std::optional(function(*tensor)) : std::nullopt);
    }
    return list;
  }
  return value;
}

}  // namespace myxtts::simulated_cuda
