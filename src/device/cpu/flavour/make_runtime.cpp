// make_runtime() of the engine that is linked without CUDA.

#include "core/error.hpp"
#include "device/runtime.hpp"

namespace myxtts::device {

std::unique_ptr<DeviceRuntime> make_runtime(const RuntimeOptions& options) {
  for (const torch::Device& device : {options.data_device, options.model_device}) {
    if (device.is_cpu()) continue;
    throw core::DeviceError(
        {.what = "this build of the engine runs on the CPU only",
         .where = "device plan",
         .value = device.str(),
         .expected = "cpu",
         .advice = "Build the one for GPUs by starting MYXTTS_FLAVOUR=cuda ./myxtts with the same arguments, "
                   "or use --device cpu."});
  }
  return make_cpu_runtime(options);
}

}  // namespace myxtts::device
