#include "simulated_cuda/emulator/copies.hpp"

#include <ATen/core/LegacyTypeDispatch.h>
#include <ATen/ops/copy_native.h>

namespace myxtts::simulated_cuda {
namespace {

// Where the types or strides differ, libtorch would launch a kernel: here the source is converted on its own GPU, and
// spread on the destination's.
void copy_between_gpus(at::Tensor& destination, const at::Tensor& source, bool non_blocking) {
  const at::Tensor sent = source.expand(destination.sizes()).to(destination.scalar_type()).contiguous();
  if (destination.is_contiguous()) {
    at::native::copy_(destination, sent, non_blocking);
    return;
  }
  at::Tensor received = at::empty(destination.sizes(), destination.options());
  at::native::copy_(received, sent, non_blocking);
  destination.copy_(received);
}

}  // namespace

void copy(Operator& op, Stack& stack) {
  at::Tensor destination = torch::jit::peek(stack, 0, 3).toTensor();
  const at::Tensor source = torch::jit::peek(stack, 1, 3).toTensor();
  const bool non_blocking = torch::jit::peek(stack, 2, 3).toBool();
  if (destination.is_cuda() && destination.device() == source.device()) return emulate(op, stack);
  const at::AutoDispatchBelowADInplaceOrView below_autograd;
  if (destination.is_cuda() && source.is_cuda()) {
    copy_between_gpus(destination, source, non_blocking);
  } else {
    at::native::copy_(destination, source, non_blocking);
  }
  torch::jit::drop(stack, 3);
  stack.push_back(destination);
}

}  // namespace myxtts::simulated_cuda
