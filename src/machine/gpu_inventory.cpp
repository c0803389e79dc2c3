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
  NvmlInventory() : library_(::dlopen("libnvidia-ml.so.1", RTLD_LAZY | RTLD_LOCAL)) {
    if (library_ == nullptr) return;
    const auto initialise = reinterpret_cast<NvmlCall>(::dlsym(library_, "nvmlInit_v2"));
    const auto count = reinterpret_cast<NvmlCount>(::dlsym(library_, "nvmlDeviceGetCount_v2"));
    if (initialise == nullptr || count == nullptr || initialise() != kNvmlSuccess) return;
    unsigned int gpus = 0;
    if (count(&gpus) == kNvmlSuccess) gpu_count_ = static_cast<int>(gpus);
  }
  ~NvmlInventory() override {
    if (library_ == nullptr) return;
    if (const auto shut_down = reinterpret_cast<NvmlCall>(::dlsym(library_, "nvmlShutdown"))) shut_down();
    ::dlclose(library_);
  }
  NvmlInventory(const NvmlInventory&) = delete;
  NvmlInventory& operator=(const NvmlInventory&) = delete;

  int gpu_count() const override { return gpu_count_; }

 private:
  void* library_;
  int gpu_count_ = 0;
};

}  // namespace

std::unique_ptr<DeviceInventory> nvml_inventory() { return std::make_unique<NvmlInventory>(); }

}  // namespace myxtts::machine
