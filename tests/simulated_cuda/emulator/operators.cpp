#include "simulated_cuda/emulator/operators.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <ATen/core/LegacyTypeDispatch.h>
#include <ATen/cuda/CUDAGeneratorImpl.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <mutex>

#include "simulated_cuda/emulator/kernels.hpp"
#include "simulated_cuda/runtime/settings.hpp"

namespace myxtts::simulated_cuda {
namespace {

using Arguments = c10::ArrayRef<c10::IValue>;

// Kernels are called below autograd and autocast, which have done their part.
struct KernelsOnly {
  at::AutoDispatchBelowADInplaceOrView below_autograd;
  c10::impl::ExcludeDispatchKeyGuard below_autocast{c10::autocast_dispatch_keyset};
};

// A result of the CPU's that goes to a tensor of the GPU's.
struct Delivery {
  std::size_t result = 0, element = 0;
  at::Tensor destination;  // an alias
};

bool is_mask(const at::Tensor& tensor) {
  return tensor.scalar_type() == at::kBool || tensor.scalar_type() == at::kByte;
}

std::uint64_t bytes_of(const at::Tensor& tensor, const Access& access) {
  return std::min<std::uint64_t>(tensor.nbytes(), access.end - access.begin);
}

// For a stream's thread.
void run_on_cpu(const Operator& op, Stack& stack, const std::optional<at::Generator>& generator) {
  const KernelsOnly kernels_only;
  thread_local const bool ready = (at::set_num_threads(settings().operator_threads), true);
  (void)ready;
  // libtorch drops the arguments of out= operators before it copies the tuple of references to them that they return.
  const Stack kept = op.functional ? Stack() : stack;
  if (op.computation) {
    op.computation(stack, generator);
  } else {
    op.handle.callBoxed(&stack);
  }
}

void deliver(const Operator& op, const Stack& results, const std::vector<Delivery>& deliveries) {
  const KernelsOnly kernels_only;
  for (const Delivery& delivery : deliveries) {
    const c10::IValue& value = results[delivery.result];
    const at::Tensor source = value.isTensor() ? value.toTensor() : value.toTensorList().get(delivery.element);
    TORCH_CHECK(
        source.sizes() == delivery.destination.sizes() && source.scalar_type() == delivery.destination.scalar_type(),
        op.name, ": the emulator expected other sizes or another type of a result");
    delivery.destination.copy_(source);
  }
}

bool is_small(const at::Tensor& tensor) { return tensor.numel() <= 4096; }

// Instead of computing. Large results are not even touched, so that they take no memory of the machine.
void deliver_zeros(const std::vector<Delivery>& deliveries) {
  const KernelsOnly kernels_only;
  for (const Delivery& delivery : deliveries) {
    if (is_small(delivery.destination)) delivery.destination.zero_();
  }
}

bool may_be_on_cpu(const Operator& op, const at::Tensor& tensor) {
  return tensor.is_cpu() &&
         (tensor.dim() == 0 || op.name.find("index") != std::string::npos || op.name.starts_with("aten::_fused_"));
}

c10::Device only_device(const Operator& op, Arguments arguments) {
  std::optional<c10::Device> device;
  for (const c10::IValue& argument : arguments) {
    for_each_tensor(argument, [&](const at::Tensor& tensor) {
      if (!tensor.is_cuda() && may_be_on_cpu(op, tensor)) return;
      TORCH_CHECK(tensor.is_cuda() && (!device || *device == tensor.device()),
                  "Expected all tensors to be on the same device, but found at least two devices, ", tensor.device(),
                  " and ", device ? device->str() : "a GPU", "! (", op.name, ")");
      device = tensor.device();
    });
  }
  TORCH_CHECK(device, op.name, ": no CUDA tensor among the arguments");
  return *device;
}

// One call of an operator.
class Call {
 public:
  Call(Operator& op, Arguments arguments, c10::Device device)
      : op_(op), arguments_(arguments), device_(device), stream_(c10::cuda::getCurrentCUDAStream(device.index())) {}

  Stack run() {
    if (op_.random) draw_seed();
    for (std::size_t i = 0; i < arguments_.size(); ++i) take(i);
    const auto shapes = find_shapes();
    Stack results = shapes != nullptr || op_.in_place ? run_later(shapes.get()) : run_now();
    if (!settings().count_file.empty()) {
      count(device_.index(), op_.name.c_str(), modelled_kernels(op_, arguments_), bytes_);
    }
    if (op_.waits || waits_for_mask()) c10::cuda::stream_synchronize(stream_);
    return results;
  }

 private:
  // A generator of the CPU's, whose seed is where the GPU's generator stands.
  void draw_seed() {
    std::optional<at::Generator> given;
    if (op_.generator >= 0) given = arguments_[static_cast<std::size_t>(op_.generator)].toOptional<at::Generator>();
    auto* cuda = at::get_generator_or_default<at::CUDAGeneratorImpl>(
        given, at::cuda::detail::getDefaultCUDAGenerator(device_.index()));
    const std::scoped_lock lock(cuda->mutex_);
    const auto state = cuda->philox_cuda_state(4);
    const std::uint64_t seed = state.seed_.val * 0x9E3779B97F4A7C15ULL + state.offset_.val * 0xD1B54A32D192ED03ULL + 1;
    generator_ = at::make_generator<at::CPUGeneratorImpl>(seed);
  }

  void take(std::size_t position) {
    const c10::IValue& argument = arguments_[position];
    if (static_cast<int>(position) == op_.generator) {
      return cpu_->push_back(generator_ ? c10::IValue(*generator_) : c10::IValue());
    }
    cpu_->push_back(converted(argument, c10::kCPU, on_cpu));
    for_each_tensor(argument, [&](const at::Tensor& tensor) {
      if (position == 1) masked_ = masked_ || is_mask(tensor);
      if (!tensor.is_cuda()) return;
      touch(tensor, false);
      if (op_.writes[position]) touch(tensor, true);
    });
  }

  void touch(const at::Tensor& tensor, bool write) {
    accesses_.push_back(access_to(tensor, write));
    bytes_ += bytes_of(tensor, accesses_.back());
  }

  // Indices that are a mask; one value for all of them needs no positions.
  bool waits_for_mask() const {
    if (!masked_) return false;
    if (op_.name == "aten::_index_put_impl_") return arguments_[2].toTensor().numel() != 1;
    return op_.name.starts_with("aten::index.");
  }

  // Null where only the values tell, or where nothing is known yet.
  std::shared_ptr<const Shapes> find_shapes() {
    if (op_.values_decide || (masked_ && op_.name.starts_with("aten::index."))) return nullptr;
    key_ = key_of(arguments_);
    auto shapes = key_ ? op_.known_shapes.find(*key_) : nullptr;
    if (shapes != nullptr || !op_.meta) return shapes;
    shapes = shapes_by_meta(op_.handle, arguments_, op_.generator);
    if (shapes == nullptr) {
      op_.meta = false;
    } else if (key_) {
      op_.known_shapes.keep(*key_, shapes);
    }
    return shapes;
  }

  bool is_argument(std::size_t result) const { return op_.same_as[result] >= 0; }
  std::size_t argument_of(std::size_t result) const { return static_cast<std::size_t>(op_.same_as[result]); }

  // Results are allocated now and written when the stream comes to it. shapes: may be null for an operator in place.
  Stack run_later(const Shapes* shapes) {
    Stack results;
    for (std::size_t i = 0; i < op_.same_as.size(); ++i) {
      if (is_argument(i)) {
        if (shapes != nullptr && !(*shapes)[i].tensors.empty()) fit(argument_of(i), (*shapes)[i].tensors[0]);
        results.push_back(arguments_[argument_of(i)]);
      } else {
        results.push_back(made(i, (*shapes)[i]));
      }
    }
    enqueue(stream_, op_.name.c_str(), accesses_,
            [&op = op_, cpu = cpu_, generator = generator_, works = works(), deliveries = std::move(deliveries_)] {
              if (works) {
                run_on_cpu(op, *cpu, generator);
                deliver(op, *cpu, deliveries);
              } else {
                deliver_zeros(deliveries);
              }
              cpu->clear();
            });
    return results;
  }

  // Whether the values are computed. Whole numbers always are, as they may be indices; so are copies of what is small.
  bool works() const {
    if (settings().computes) return true;
    const bool copies = op_.name == "aten::copy_" || op_.name == "aten::fill_.Scalar" || op_.name == "aten::zero_";
    bool needed = false;
    const auto look = [&](const at::Tensor& tensor) {
      needed |= at::isIntegralType(tensor.scalar_type(), /*includeBool=*/false) || (copies && is_small(tensor));
    };
    for (const Delivery& delivery : deliveries_) look(delivery.destination);
    for (std::size_t i = 0; i < arguments_.size(); ++i) {
      if (op_.writes[i]) for_each_tensor(arguments_[i], look);
    }
    return needed;
  }

  // An out= argument gets the result's sizes.
  void fit(std::size_t position, const TensorShape& shape) {
    if (!arguments_[position].isTensor() || arguments_[position].toTensor().sizes() == shape.sizes) return;
    const at::Tensor& argument = arguments_[position].toTensor();
    argument.resize_(shape.sizes);
    (*cpu_)[position] = on_cpu(argument);
    touch(argument, true);
  }

  c10::IValue made(std::size_t result, const ResultShape& shape) {
    if (!shape.number.isNone()) return shape.number;
    c10::List<at::Tensor> tensors;
    for (std::size_t element = 0; element < shape.tensors.size(); ++element) {
      at::Tensor tensor = allocate(shape.tensors[element], device_);
      if (tensor.defined()) {
        touch(tensor, true);
        deliveries_.push_back({result, element, on_cpu(tensor)});
      }
      tensors.push_back(std::move(tensor));
    }
    const bool single = op_.handle.schema().returns()[result].type()->kind() == c10::TypeKind::TensorType;
    return single ? c10::IValue(tensors.get(0)) : c10::IValue(std::move(tensors));
  }

  // What comes out is known only afterwards. The race detector does not take it for a wait of the program.
  Stack run_now() {
    std::exception_ptr error;
    enqueue(stream_, op_.name.c_str(), accesses_, [&] {
      try {
        detach_outputs();
        run_on_cpu(op_, *cpu_, generator_);
      } catch (...) {
        error = std::current_exception();
      }
    });
    drain(stream_);
    C10_CUDA_CHECK(cudaStreamQuery(stream_));  // after a fault nothing was run
    if (error) std::rethrow_exception(error);
    if (key_ && op_.functional) op_.known_shapes.keep(*key_, std::make_shared<const Shapes>(shapes_of(*cpu_)));
    accesses_.clear();
    Stack results;
    for (std::size_t i = 0; i < op_.same_as.size(); ++i) results.push_back(received(i));
    if (!deliveries_.empty()) {
      enqueue(stream_, op_.name.c_str(), accesses_, [&op = op_, cpu = cpu_, deliveries = std::move(deliveries_)] {
        deliver(op, *cpu, deliveries);
        cpu->clear();
      });
    }
    return results;
  }

  // Outputs that the CPU's kernel may resize, which an alias cannot be.
  void detach_outputs() {
    const KernelsOnly kernels_only;
    for (std::size_t i = 0; i < op_.same_as.size(); ++i) {
      if (!is_argument(i) || !(*cpu_)[argument_of(i)].isTensor()) continue;
      (*cpu_)[argument_of(i)] = (*cpu_)[argument_of(i)].toTensor().clone();
    }
  }

  // The result of the program, of the CPU's result.
  c10::IValue received(std::size_t result) {
    const c10::IValue& value = (*cpu_)[result];
    if (is_argument(result)) {
      const c10::IValue& argument = arguments_[argument_of(result)];
      if (value.isTensor()) {
        if (argument.toTensor().sizes() != value.toTensor().sizes())
          argument.toTensor().resize_(value.toTensor().sizes());
        touch(argument.toTensor(), true);
        deliveries_.push_back({result, 0, on_cpu(argument.toTensor())});
      }
      return argument;
    }
    return made(result, shapes_of(Arguments(value))[0]);
  }

  Operator& op_;
  const Arguments arguments_;
  const c10::Device device_;
  const c10::cuda::CUDAStream stream_;
  const std::shared_ptr<Stack> cpu_ = std::make_shared<Stack>();
  std::optional<at::Generator> generator_;
  std::vector<Access> accesses_;
  std::vector<Delivery> deliveries_;
  std::optional<std::string> key_;
  bool masked_ = false;  // the second argument, where indices stand, has a mask
  std::uint64_t bytes_ = 0;
};

}  // namespace

void emulate(Operator& op, Stack& stack) {
  const KernelsOnly kernels_only;
  const std::size_t count = op.handle.schema().arguments().size();
  const Arguments arguments = torch::jit::last(stack, count);
  const c10::Device device = only_device(op, arguments);
  const c10::cuda::CUDAGuard guard(device);
  Stack results = Call(op, arguments, device).run();
  torch::jit::drop(stack, count);
  for (c10::IValue& result : results) stack.push_back(std::move(result));
}

}  // namespace myxtts::simulated_cuda
