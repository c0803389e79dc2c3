#pragma once
// Whether tensors are where their role's belong.

#include <string>

#include "contracts/device_batch.hpp"
#include "device/runtime.hpp"

namespace myxtts::pipeline {

// Throws: core::DeviceError that names `what` where the tensor is not on the role's device or, on a CPU, was allocated
// by another role.
void require_role(const torch::Tensor& tensor, device::Role role, const device::DeviceRuntime& runtime,
                  const std::string& what);
// The same of each tensor of a batch.
void require_role(contracts::Batch batch, device::Role role, const device::DeviceRuntime& runtime,
                  const std::string& what);

// Whether two batches hold the same values, wherever they are. Waits for the devices.
[[nodiscard]] bool same_values(contracts::Batch a, contracts::Batch b);

// Hands batches on that the model role may train on.
class PlacedSource final : public contracts::BatchSource {
 public:
  // Both must outlive it.
  PlacedSource(contracts::BatchSource& inner, const device::DeviceRuntime& runtime)
      : inner_(inner), runtime_(runtime) {}

  // Throws: also core::DeviceError where a tensor is not the model role's.
  [[nodiscard]] std::optional<contracts::DeviceBatch> next() override;
  [[nodiscard]] std::int64_t buffered() const override { return inner_.buffered(); }

 private:
  contracts::BatchSource& inner_;
  const device::DeviceRuntime& runtime_;
};

}  // namespace myxtts::pipeline
