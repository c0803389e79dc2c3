#pragma once
// The GPUs of this machine, asked without making a CUDA context.

#include <memory>

namespace myxtts::machine {

class DeviceInventory {
 public:
  virtual ~DeviceInventory() = default;
  // GPUs that nvidia-smi would list; 0 where there is no driver.
  [[nodiscard]] virtual int gpu_count() const = 0;
};

// Asks NVML, which is opened at run time, so that the program starts where there is no driver.
[[nodiscard]] std::unique_ptr<DeviceInventory> nvml_inventory();

}  // namespace myxtts::machine
