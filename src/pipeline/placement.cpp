#include "pipeline/placement.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "device/role_allocator.hpp"

namespace myxtts::pipeline {

using device::Role;

void require_role(const torch::Tensor& tensor, Role role, const device::DeviceRuntime& runtime,
                  const std::string& what) {
  if (tensor.numel() == 0) return;  // it has no memory
  const bool placed = tensor.device() == runtime.device(role);
  if (placed && (!tensor.is_cpu() || device::role_of(tensor) == role)) return;
  const std::string found = tensor.is_cpu() ? fmt::format("the {} role's cpu", device::name_of(device::role_of(tensor)))
                                            : tensor.device().str();
  throw core::DeviceError(
      {.what = what + " is in the wrong place",
       .where = {},
       .value = found,
       .expected = fmt::format("the {} role's {}", device::name_of(role), runtime.device(role).str()),
       .advice = {}});
}

void require_role(contracts::Batch batch, Role role, const device::DeviceRuntime& runtime, const std::string& what) {
  contracts::for_each_tensor(batch, [&](const torch::Tensor& tensor) { require_role(tensor, role, runtime, what); });
}

bool same_values(contracts::Batch a, contracts::Batch b) {
  std::vector<torch::Tensor> expected;
  contracts::for_each_tensor(a, [&](const torch::Tensor& tensor) { expected.push_back(tensor.cpu()); });
  bool equal = true;
  std::size_t index = 0;
  contracts::for_each_tensor(
      b, [&](const torch::Tensor& tensor) { equal = equal && torch::equal(tensor.cpu(), expected[index++]); });
  return equal;
}

std::optional<contracts::DeviceBatch> PlacedSource::next() {
  std::optional<contracts::DeviceBatch> batch = inner_.next();
  if (batch) require_role(batch->batch, Role::kModel, runtime_, "a transferred batch");
  return batch;
}

}  // namespace myxtts::pipeline
