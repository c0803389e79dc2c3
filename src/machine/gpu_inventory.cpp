#include "machine/gpu_inventory.hpp"

#include <dlfcn.h>

namespace myxtts::machine {
namespace {

// NVML's calls as its documentation declares them (nvml.h comes with the CUDA toolkit, which need not be there).
using NvmlCall = int (*)();
using NvmlCount = int (*)(unsigned int*);
constexpr int kNvmlSuccess = 0;

class NvmlInventory final : public DeviceInventory {
 public:
  int gpu_count() const override {
    const std::unique_ptr<void, int (*)(void*)> library(::dlopen("libnvidia-ml.so.1", RTLD_LAZY | RTLD_LOCAL),
                                                        ::dlclose);
    if (library == nullptr) return 0;
    const auto initialise = reinterpret_cast<NvmlCall>(::dlsym(library.get(), "nvmlInit_v2"));
    const auto count = reinterpret_cast<NvmlCount>(::dlsym(library.get(), "nvmlDeviceGetCount_v2"));
    const auto shut_down = reinterpret_cast<NvmlCall>(::dlsym(library.get(), "nvmlShutdown"));
    if (initialise == nullptr || count == nullptr || shut_down == nullptr || initialise() != kNvmlSuccess) return 0;
    unsigned int gpus = 0;
    const bool counted = count(&gpus) == kNvmlSuccess;
    shut_down();
    return counted ? static_cast<int>(gpus) : 0;
  }
};

}  // namespace

std::unique_ptr<DeviceInventory> nvml_inventory() { return std::make_unique<NvmlInventory>(); }

}  // namespace myxtts::machine
