#include "device/synchronisation_counter.hpp"

#include <array>
#include <string_view>

namespace myxtts::device {
namespace {

// Operators that wait themselves. Other operators call these and are counted through them: item and is_nonzero call
// _local_scalar_dense, indexing by a mask calls nonzero.
constexpr std::array<std::string_view, 9> kWaitingOperators = {"aten::_local_scalar_dense",
                                                               "aten::nonzero",
                                                               "aten::masked_select",
                                                               "aten::equal",
                                                               "aten::_unique",
                                                               "aten::_unique2",
                                                               "aten::unique_dim",
                                                               "aten::unique_consecutive",
                                                               "aten::bincount"};

// repeat_interleave(Tensor repeats, *, SymInt? output_size): without the size it reads the sum of the repeats. Its
// other overloads call this one when they wait.
bool is_repeat_of_unknown_size(const at::RecordFunction& function, std::string_view name) {
  const auto inputs = function.inputs();
  return name == "aten::repeat_interleave" && inputs.size() == 2 && inputs[0].isTensor() && inputs[1].isNone();
}

bool waits(const at::RecordFunction& function) {
  const std::string_view name = function.name();
  for (const std::string_view waiting : kWaitingOperators) {
    if (name == waiting) return true;
  }
  return is_repeat_of_unknown_size(function, name);
}

// libtorch calls a plain function for each operator, which finds the counters of its thread here.
thread_local SynchronisationCounter* innermost = nullptr;

// libtorch's fused AdamW for the CPU reads the step count, which is on the host, by _local_scalar_dense; its kernel for
// a GPU does not. Operators inside it are therefore not counted.
thread_local int fused_updates = 0;

bool is_fused_update(const at::RecordFunction& function) {
  return std::string_view(function.name()) == "aten::_fused_adamw_";
}

void on_operator_end(const at::RecordFunction& function, at::ObserverContext*) {
  if (is_fused_update(function)) --fused_updates;
}

}  // namespace

std::unique_ptr<at::ObserverContext> SynchronisationCounter::on_operator(const at::RecordFunction& function) {
  if (is_fused_update(function)) ++fused_updates;
  if (innermost == nullptr || fused_updates > 0 || !waits(function)) return nullptr;
  for (auto* counter = innermost; counter != nullptr; counter = counter->outer_) {
    counter->names_.emplace_back(function.name());
  }
  return nullptr;
}

SynchronisationCounter::SynchronisationCounter() : outer_(innermost) {
  if (outer_ == nullptr) {
    handle_ = at::addThreadLocalCallback(at::RecordFunctionCallback(&on_operator, &on_operator_end)
                                             .needsInputs(true)
                                             .scopes({at::RecordScope::FUNCTION}));
  }
  innermost = this;
}

SynchronisationCounter::~SynchronisationCounter() {
  innermost = outer_;
  if (outer_ == nullptr) at::removeCallback(handle_);
}

}  // namespace myxtts::device
