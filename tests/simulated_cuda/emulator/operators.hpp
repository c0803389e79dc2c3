#pragma once
// An operator that is registered for CUDA, and its emulation: the CPU's kernel, on the thread of the current stream.

#include <ATen/core/Generator.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/stack.h>

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "simulated_cuda/emulator/shapes.hpp"

namespace myxtts::simulated_cuda {

using Stack = torch::jit::Stack;

// Puts an operator's results, computed on the CPU, in the place of its arguments.
using Computation = std::function<void(Stack&, const std::optional<at::Generator>&)>;

struct Operator {
  explicit Operator(const c10::OperatorHandle& handle) : handle(handle) {}

  const c10::OperatorHandle handle;
  std::string name;                // with its overload's: aten::add.Tensor
  Computation computation;         // instead of the CPU's kernel, where that does not serve
  std::vector<bool> writes;        // of each argument: the operator writes to it
  std::vector<int> same_as;        // of each result: the argument that it is; -1: it is new
  int generator = -1;              // the argument that is a generator; -1: none
  bool random = false;             // draws random numbers
  bool functional = false;         // writes to no argument
  bool in_place = false;           // each result is an argument, whose sizes stay
  bool values_decide = false;      // the sizes or values of results are known only when it has run
  bool waits = false;              // a real GPU's makes the host wait for values
  std::atomic<bool> meta = false;  // has a meta kernel
  ShapeMemory known_shapes;
};

// Runs the operator: its arguments are the last ones of the stack, its results take their place.
// Throws: c10::Error when its tensors are not on one GPU.
void emulate(Operator& op, Stack& stack);

}  // namespace myxtts::simulated_cuda
