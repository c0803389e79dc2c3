#pragma once
// What an operator's results look like, known before it has run: computed by its meta kernel, or remembered from an
// earlier call with arguments of the same shapes and values.

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/stack.h>

#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "simulated_cuda/emulator/tensors.hpp"

namespace myxtts::simulated_cuda {

// Of a result: its tensor's shape, or of a list, each element's; or it is a number.
struct ResultShape {
  std::vector<TensorShape> tensors;
  c10::IValue number;
};
using Shapes = std::vector<ResultShape>;  // of each result

[[nodiscard]] Shapes shapes_of(c10::ArrayRef<c10::IValue> results);

// All that decides the shapes of an operator's results, but the values in tensors; null if an argument is of a kind
// that cannot be compared.
[[nodiscard]] std::optional<std::string> key_of(c10::ArrayRef<c10::IValue> arguments);

// The shapes by the operator's meta kernel; null if there is none. generator: the argument's position, or -1.
[[nodiscard]] std::shared_ptr<const Shapes> shapes_by_meta(const c10::OperatorHandle& handle,
                                                           c10::ArrayRef<c10::IValue> arguments, int generator);

// Thread: any.
class ShapeMemory {
 public:
  [[nodiscard]] std::shared_ptr<const Shapes> find(const std::string& key) const;
  void keep(const std::string& key, std::shared_ptr<const Shapes> shapes);

 private:
  mutable std::shared_mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const Shapes>> shapes_;
};

}  // namespace myxtts::simulated_cuda
