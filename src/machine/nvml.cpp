#include "machine/nvml.hpp"

#include <dlfcn.h>

#include <initializer_list>
#include <utility>

namespace myxtts::machine {
namespace {

// Sets `call` to the first of the names that the library exports.
template <typename Call>
void find(void* library, Call& call, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (call == nullptr) call = reinterpret_cast<Call>(::dlsym(library, name));
  }
}

void find_calls(Nvml& nvml) {
  void* library = nvml.library;
  find(library, nvml.initialise, {"nvmlInit_v2", "nvmlInit"});
  find(library, nvml.count, {"nvmlDeviceGetCount_v2", "nvmlDeviceGetCount"});
  find(library, nvml.handle, {"nvmlDeviceGetHandleByIndex_v2", "nvmlDeviceGetHandleByIndex"});
  find(library, nvml.memory, {"nvmlDeviceGetMemoryInfo"});
  find(library, nvml.memory_v2, {"nvmlDeviceGetMemoryInfo_v2"});
  find(library, nvml.uuid, {"nvmlDeviceGetUUID"});
  find(library, nvml.shut_down, {"nvmlShutdown"});
  find(library, nvml.name, {"nvmlDeviceGetName"});
  find(library, nvml.utilization, {"nvmlDeviceGetUtilizationRates"});
  find(library, nvml.peer_status, {"nvmlDeviceGetP2PStatus"});
  find(library, nvml.mig_slots, {"nvmlDeviceGetMaxMigDeviceCount"});
  find(library, nvml.mig_handle, {"nvmlDeviceGetMigDeviceHandleByIndex"});
  // The call without a version is not used because it fills in a shorter structure.
  find(library, nvml.processes, {"nvmlDeviceGetComputeRunningProcesses_v3", "nvmlDeviceGetComputeRunningProcesses_v2"});
}

}  // namespace

Nvml::~Nvml() {
  if (initialised && shut_down != nullptr) shut_down();
  if (library != nullptr) ::dlclose(library);
}

std::unique_ptr<Nvml> open_nvml() {
  auto nvml = std::make_unique<Nvml>();
  nvml->library = ::dlopen("libnvidia-ml.so.1", RTLD_LAZY | RTLD_LOCAL);
  if (nvml->library == nullptr) return nullptr;
  find_calls(*nvml);
  const bool complete = nvml->initialise != nullptr && nvml->count != nullptr && nvml->handle != nullptr;
  nvml->initialised = complete && nvml->initialise() == kNvmlSuccess;
  return nvml->initialised ? std::move(nvml) : nullptr;
}

}  // namespace myxtts::machine
