#pragma once
// Checks that tensors are on the device and in the memory of their role.

#include <string>

#include "contracts/device_batch.hpp"
#include "device/runtime.hpp"

namespace myxtts::pipeline {

// Throws: core::DeviceError that names `what` if the tensor is not on the role's device or, on a CPU, was allocated by
// another role.
void require_role(const torch::Tensor& tensor, device::Role role, const device::DeviceRuntime& runtime,
                  const std::string& what);
// Same for each tensor of a batch.
void require_role(contracts::Batch batch, device::Role role, const device::DeviceRuntime& runtime,
                  const std::string& what);

// Whether two batches hold the same values, on whichever devices. Waits for the devices.
[[nodiscard]] bool same_values(contracts::Batch a, contracts::Batch b);

// Forwards batches after checking that their tensors belong to the model role.
class PlacedSource final : public contracts::BatchSource {
 public:
  // Both must outlive this object.
  PlacedSource(contracts::BatchSource& inner, const device::DeviceRuntime& runtime)
      : inner_(inner), runtime_(runtime) {}

  // Throws: also core::DeviceError if a tensor does not belong to the model role.
  [[nodiscard]] std::optional<contracts::DeviceBatch> next() override;
  [[nodiscard]] std::int64_t buffered() const override { return inner_.buffered(); }

 private:
  contracts::BatchSource& inner_;
  const device::DeviceRuntime& runtime_;
};

}  // namespace myxtts::pipeline
