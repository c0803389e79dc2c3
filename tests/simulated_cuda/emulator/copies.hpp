#pragma once
// aten::copy_ for tensors of GPUs.

#include "simulated_cuda/emulator/operators.hpp"

namespace myxtts::simulated_cuda {

// Within a GPU it is an operator as others. All other copies are libtorch's own, over the simulated runtime, which
// therefore sees their streams, events and waits. op: aten::copy_. The stack: as of emulate().
void copy(Operator& op, Stack& stack);

}  // namespace myxtts::simulated_cuda
