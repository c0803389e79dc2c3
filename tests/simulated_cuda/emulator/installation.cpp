// Overrides every operator that libtorch registers for CUDA, when the library is loaded.

#include <ATen/Context.h>
#include <torch/library.h>

#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "simulated_cuda/emulator/computations.hpp"
#include "simulated_cuda/emulator/copies.hpp"
#include "simulated_cuda/emulator/operators.hpp"

namespace myxtts::simulated_cuda {
namespace {

using Key = c10::DispatchKey;

// Libtorch's own serve: they allocate, look at tensors, or wait for a stream over the runtime.
const std::set<std::string> kOwn = {"aten::empty.memory_format",
                                    "aten::empty_strided",
                                    "aten::resize_",
                                    "aten::set_",
                                    "aten::set_.source_Storage",
                                    "aten::set_.source_Storage_storage_offset",
                                    "aten::set_.source_Tensor",
                                    "aten::record_stream",
                                    "aten::_pin_memory",
                                    "aten::is_pinned",
                                    "aten::_local_scalar_dense",
                                    "aten::_efficientzerotensor",
                                    "aten::is_set_to",
                                    "aten::_fused_sdp_choice",
                                    "aten::_cudnn_init_dropout_state",
                                    "aten::_use_cudnn_ctc_loss",
                                    "aten::_use_cudnn_ctc_loss.Tensor",
                                    "aten::_use_miopen_ctc_loss",
                                    "aten::_use_miopen_ctc_loss.Tensor"};

// Registered for all devices at once; their parts for CUDA are behind another dispatch.
const std::array<const char*, 3> kOfAllDevices = {"aten::convolution", "aten::convolution_backward", "aten::copy_"};

// A real GPU's make the host wait for values, as indexing with a mask does.
const std::set<std::string> kWait = {"aten::nonzero",
                                     "aten::masked_select",
                                     "aten::_unique",
                                     "aten::_unique2",
                                     "aten::unique_dim",
                                     "aten::unique_consecutive",
                                     "aten::unique_dim_consecutive",
                                     "aten::bincount",
                                     "aten::repeat_interleave.Tensor",
                                     "aten::equal"};

// Values decide their shapes too, but no host waits. Beside those that libtorch marks so.
const std::set<std::string> kValuesDecide = {
    "aten::nonzero_static", "aten::_ctc_loss",      "aten::_ctc_loss.Tensor",           "aten::segment_reduce",
    "aten::histc",          "aten::_embedding_bag", "aten::_embedding_bag_forward_only"};

bool writes_to(const c10::Argument& argument) {
  return argument.alias_info() != nullptr && argument.alias_info()->isWrite();
}

bool is_view(const c10::FunctionSchema& schema) {
  return std::ranges::any_of(schema.returns(), [](const c10::Argument& result) {
    return result.alias_info() != nullptr && !result.alias_info()->isWrite();
  });
}

// The argument that a result is; -1: it is new.
int argument_of(const c10::FunctionSchema& schema, const c10::Argument& result) {
  int found = -1;
  if (result.alias_info() == nullptr) return found;
  for (std::size_t i = 0; i < schema.arguments().size(); ++i) {
    const auto* alias = schema.arguments()[i].alias_info();
    if (alias != nullptr && alias->beforeSet() == result.alias_info()->beforeSet()) found = static_cast<int>(i);
  }
  return found;
}

// Whether each result is an argument whose sizes stay: add_, or a function that returns nothing.
bool works_in_place(const Operator& op) {
  if (op.functional) return false;
  const std::string_view base = std::string_view(op.name).substr(0, op.name.find('.'));
  if (op.same_as.empty()) return op.name.find("out") == std::string::npos;
  return base.ends_with('_') && std::ranges::all_of(op.same_as, [](int argument) { return argument >= 0; });
}

void describe_arguments(Operator& op) {
  const auto& arguments = op.handle.schema().arguments();
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    op.writes.push_back(writes_to(arguments[i]));
    if (arguments[i].type()->str().find("Generator") == std::string::npos) continue;
    op.generator = static_cast<int>(i);
    op.random = true;
  }
  op.functional = std::ranges::count(op.writes, true) == 0;
}

void describe_results(Operator& op) {
  for (const c10::Argument& result : op.handle.schema().returns()) {
    op.same_as.push_back(argument_of(op.handle.schema(), result));
    const bool tensors = result.type()->str().find("Tensor") != std::string::npos;
    // A number of the host's. Those of our computations are decided by the arguments' shapes.
    if (op.same_as.back() < 0 && !tensors && !op.computation) op.values_decide = true;
  }
  op.in_place = works_in_place(op);
}

bool has_kernel_of_all_devices(const c10::OperatorHandle& handle) {
  return handle.hasKernelForDispatchKey(Key::CompositeExplicitAutograd) ||
         handle.hasKernelForDispatchKey(Key::CompositeImplicitAutograd) ||
         handle.hasKernelForDispatchKey(Key::CompositeExplicitAutogradNonFunctional);
}

// Null for an operator that is not overridden.
std::unique_ptr<Operator> operator_of(const c10::OperatorName& name) {
  const auto handle = c10::Dispatcher::singleton().findSchema(name);
  const std::string full = name.overload_name.empty() ? name.name : name.name + "." + name.overload_name;
  if (!handle || name.getNamespace() != "aten" || is_view(handle->schema()) || kOwn.contains(full)) return nullptr;
  const auto computation = computations().find(full);
  const bool computed = computation != computations().end();
  const bool of_all_devices = has_kernel_of_all_devices(*handle);
  if (!computed && !of_all_devices && !handle->hasKernelForDispatchKey(Key::CPU)) return nullptr;
  auto op = std::make_unique<Operator>(*handle);
  op->name = full;
  if (computed) op->computation = computation->second;
  op->random = handle->hasTag(at::Tag::nondeterministic_seeded);
  op->values_decide = full != "aten::index.Tensor" && (handle->hasTag(at::Tag::dynamic_output_shape) ||
                                                       handle->hasTag(at::Tag::data_dependent_output) ||
                                                       kWait.contains(full) || kValuesDecide.contains(full));
  op->waits = kWait.contains(full);
  describe_arguments(*op);
  describe_results(*op);
  const bool foreach = full.find("_foreach") != std::string::npos;
  const bool meta = handle->hasKernelForDispatchKey(Key::Meta) || (of_all_devices && foreach);
  op->meta = meta && full != "aten::copy_" && !(op->in_place && foreach);
  return op;
}

class Kernel final : public c10::OperatorKernel {
 public:
  Kernel(std::unique_ptr<Operator> op, void (*function)(Operator&, Stack&)) : op_(std::move(op)), function_(function) {}
  void operator()(const c10::OperatorHandle&, c10::DispatchKeySet, Stack* stack) { function_(*op_, *stack); }

 private:
  const std::unique_ptr<Operator> op_;
  void (*const function_)(Operator&, Stack&);
};

// libtorch warns at each override.
class Silence final : public c10::WarningHandler {
 public:
  void process(const c10::Warning&) override {}
};

class Installation {
 public:
  Installation() {
    Silence silence;
    c10::WarningUtils::WarningHandlerGuard guard(&silence);
    for (const auto& name : c10::Dispatcher::singleton().getRegistrationsForDispatchKey(Key::CUDA)) add(name);
    for (const char* name : kOfAllDevices) add({name, ""});
    at::globalContext().setUserEnabledCuDNN(false);
    at::globalContext().setSDPUseCuDNN(false);
  }

 private:
  void add(const c10::OperatorName& name) {
    auto op = operator_of(name);
    if (op == nullptr) return;
    const std::string full = op->name;
    const auto function = full == "aten::copy_" ? &copy : &emulate;
    library_.impl(full.c_str(),
                  torch::CppFunction::makeFromBoxedFunctor(std::make_unique<Kernel>(std::move(op), function)));
  }

  torch::Library library_{torch::Library::IMPL, "aten", Key::CUDA, __FILE__, __LINE__};
};

const Installation& installation = *new Installation;  // outlives static destruction: streams still run

}  // namespace
}  // namespace myxtts::simulated_cuda
