// The engine that is linked with CUDA.

#include "core/error.hpp"
#include "device/cuda/cuda_runtime.hpp"

namespace myxtts::device {

std::unique_ptr<DeviceRuntime> make_runtime(const RuntimeOptions& options) {
  const bool data_on_cpu = options.data_device.is_cpu();
  if (data_on_cpu && options.model_device.is_cpu()) return make_cpu_runtime(options);
  return make_cuda_runtime(options);
}

}  // namespace myxtts::device
