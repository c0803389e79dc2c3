// The guard is global because the environment and CUDA's state are global to the process.

#include "machine/process_setup.hpp"

#include <dlfcn.h>

#include <atomic>
#include <cstdlib>
#include <vector>

namespace myxtts::machine {
namespace {

constexpr int kNotInitialized = 3;  // CUDA_ERROR_NOT_INITIALIZED

std::atomic<bool> set_up{false};

// Does not load the driver: if the process has not loaded it, CUDA is not initialised.
bool cuda_is_initialised() {
  void* library = ::dlopen("libcuda.so.1", RTLD_LAZY | RTLD_NOLOAD);
  if (library == nullptr) return false;
  const auto count_devices = reinterpret_cast<int (*)(int*)>(::dlsym(library, "cuDeviceGetCount"));
  int count = 0;
  const bool initialised = count_devices != nullptr && count_devices(&count) != kNotInitialized;
  ::dlclose(library);
  return initialised;
}

void set(const std::vector<EnvironmentVariable>& variables) {
  for (const EnvironmentVariable& variable : variables) {
    ::setenv(variable.name.c_str(), variable.value.c_str(), /*overwrite=*/variable.is_default ? 0 : 1);
  }
}

[[noreturn]] void fail(const std::string& why) {
  throw GpuConfigurationError(
      "❌ Physical devices cannot be modified after being initialized\n   GPU already initialized: " + why);
}

}  // namespace

void set_environment(const DevicePlan& plan, const config::RunSettings& run) { set(engine_environment(plan, run)); }

void set_cuda_environment(const config::RunSettings& run) { set(cuda_environment(run)); }

void set_up_process(const DevicePlan& plan, const config::RunSettings& run) {
  if (cuda_is_initialised()) fail("choose the GPUs before the first call of CUDA, at the top of main");
  if (set_up.exchange(true)) fail("the GPUs of this process were chosen before; choose them once, at the top of main");
  set_environment(plan, run);
}

}  // namespace myxtts::machine
