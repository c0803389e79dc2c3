#include "simulated_cuda/emulator/shapes.hpp"

#include <mutex>

namespace myxtts::simulated_cuda {
namespace {

// The bytes of values, each behind a letter for its kind.
class Key {
 public:
  bool add(const c10::IValue& value) {
    if (value.isTensor()) return add_tensor(value.toTensor()), true;
    if (value.isNone() || value.isGenerator()) return add_bytes('n'), true;
    if (value.isDevice()) return add_bytes('D'), true;
    if (value.isInt()) return add_bytes('i', value.toInt()), true;
    if (value.isBool()) return add_bytes('b', value.toBool()), true;
    if (value.isDouble()) return add_bytes('d', value.toDouble()), true;
    if (value.isString()) return add_bytes('s', value.toStringRef().size()), bytes_ += value.toStringRef(), true;
    if (value.isList()) return add_list(value);
    return false;
  }
  [[nodiscard]] std::string take() { return std::move(bytes_); }

 private:
  template <typename... Values>
  void add_bytes(const Values&... values) {
    (bytes_.append(reinterpret_cast<const char*>(&values), sizeof values), ...);
  }

  void add_tensor(const at::Tensor& tensor) {
    if (!tensor.defined()) return add_bytes('u');
    add_bytes('t', tensor.scalar_type(), tensor.is_cuda(), tensor.dim(),
              tensor.unsafeGetTensorImpl()->is_wrapped_number());
    for (const std::int64_t size : tensor.sizes()) add_bytes(size);
    for (const std::int64_t stride : tensor.strides()) add_bytes(stride);
  }

  bool add_list(const c10::IValue& list) {
    add_bytes('l', list.toListRef().size());
    for (const c10::IValue& element : list.toListRef()) {
      if (!add(element)) return false;
    }
    return true;
  }

  std::string bytes_;
};

}  // namespace

Shapes shapes_of(c10::ArrayRef<c10::IValue> results) {
  Shapes shapes;
  for (const c10::IValue& result : results) {
    auto& [of_result, number] = shapes.emplace_back();
    if (result.isTensor()) {
      of_result.push_back(shape_of(result.toTensor()));
    } else if (result.isTensorList()) {
      for (const at::Tensor tensor : result.toTensorList()) of_result.push_back(shape_of(tensor));
    } else {
      number = result;
    }
  }
  return shapes;
}

std::optional<std::string> key_of(c10::ArrayRef<c10::IValue> arguments) {
  Key key;
  for (const c10::IValue& argument : arguments) {
    if (!key.add(argument)) return std::nullopt;
  }
  return key.take();
}

std::shared_ptr<const Shapes> shapes_by_meta(const c10::OperatorHandle& handle, c10::ArrayRef<c10::IValue> arguments,
                                             int generator) {
  torch::jit::Stack stack;
  for (const c10::IValue& argument : arguments) stack.push_back(converted(argument, c10::kMeta, on_meta));
  if (generator >= 0) stack[static_cast<std::size_t>(generator)] = c10::IValue();
  try {
    const torch::jit::Stack kept = stack;  // see run_on_cpu()
    handle.callBoxed(&stack);
    return std::make_shared<const Shapes>(shapes_of(stack));
  } catch (const c10::NotImplementedError&) {
    return nullptr;
  }
}

std::shared_ptr<const Shapes> ShapeMemory::find(const std::string& key) const {
  const std::shared_lock lock(mutex_);
  const auto found = shapes_.find(key);
  return found == shapes_.end() ? nullptr : found->second;
}

void ShapeMemory::keep(const std::string& key, std::shared_ptr<const Shapes> shapes) {
  const std::unique_lock lock(mutex_);
  shapes_[key] = std::move(shapes);
}

}  // namespace myxtts::simulated_cuda
