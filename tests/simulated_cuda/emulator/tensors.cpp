#include "simulated_cuda/emulator/tensors.hpp"

namespace myxtts::simulated_cuda {
namespace {

// A number that became a tensor takes no part in the choice of the result's type.
at::Tensor wrapped_as(at::Tensor tensor, const at::Tensor& original) {
  if (original.unsafeGetTensorImpl()->is_wrapped_number()) tensor.unsafeGetTensorImpl()->set_wrapped_number(true);
  return tensor;
}

at::Tensor aliased(const at::Tensor& tensor) {
  void* const memory = alias(tensor.storage().data());
  c10::Storage storage(c10::Storage::use_byte_size_t(), tensor.storage().nbytes(), c10::DataPtr(memory, c10::kCPU),
                       /*allocator=*/nullptr, /*resizable=*/false);
  auto impl = c10::make_intrusive<c10::TensorImpl>(std::move(storage), c10::DispatchKeySet(c10::DispatchKey::CPU),
                                                   tensor.dtype());
  impl->set_sizes_and_strides(tensor.sizes(), tensor.strides(), tensor.storage_offset());
  at::Tensor result(std::move(impl));
  if (tensor.is_conj()) result._set_conj(true);
  if (tensor.is_neg()) result._set_neg(true);
  return wrapped_as(std::move(result), tensor);
}

}  // namespace

at::Tensor on_cpu(const at::Tensor& tensor) {
  if (!tensor.defined()) return tensor;
  if (tensor.is_cuda()) return aliased(tensor);
  return tensor.is_cpu() ? wrapped_as(tensor.clone(), tensor) : tensor;
}

at::Tensor on_meta(const at::Tensor& tensor) {
  if (!tensor.defined() || (tensor.is_cpu() && tensor.dim() == 0)) return tensor;
  return wrapped_as(at::empty_strided(tensor.sizes(), tensor.strides(), tensor.options().device(c10::kMeta)), tensor);
}

Access access_to(const at::Tensor& tensor, bool write) {
  if (tensor.numel() == 0) return {0, 0, write};
  std::int64_t last = 0;
  for (std::int64_t axis = 0; axis < tensor.dim(); ++axis) last += (tensor.size(axis) - 1) * tensor.stride(axis);
  const auto begin = reinterpret_cast<std::uintptr_t>(tensor.const_data_ptr());
  return {begin, begin + static_cast<std::uintptr_t>((last + 1) * tensor.element_size()), write};
}

TensorShape shape_of(const at::Tensor& tensor) {
  if (!tensor.defined()) return {};
  return {true, tensor.scalar_type(), tensor.sizes().vec(), tensor.strides().vec()};
}

at::Tensor allocate(const TensorShape& shape, c10::Device device) {
  if (!shape.defined) return {};
  return at::empty_strided(shape.sizes, shape.strides, at::dtype(shape.type).device(device));
}

}  // namespace myxtts::simulated_cuda
