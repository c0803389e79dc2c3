// make_runtime() of the engine that is linked with CUDA.

#include "device/cuda/cuda_runtime.hpp"

namespace myxtts::device {

std::unique_ptr<DeviceRuntime> make_runtime(const RuntimeOptions& options) {
  if (options.data_device.is_cpu() && options.model_device.is_cpu()) return make_cpu_runtime(options);
  return make_cuda_runtime(options);
}

}  // namespace myxtts::device
