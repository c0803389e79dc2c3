// The guard is global because the environment and CUDA's state are global to the process.

#include "machine/process_setup.hpp"

#include <dlfcn.h>

#include <atomic>
#include <cstdlib>

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

[[noreturn]] void fail(const std::string& why) {
  throw GpuConfigurationError(
      "❌ Physical devices cannot be modified after being initialized\n   GPU already initialized: " + why);
}

}  // namespace

void set_environment(const DevicePlan& plan, const config::RunSettings& run) {
  for (const EnvironmentVariable& variable : engine_environment(plan, run)) {
    ::setenv(variable.name.c_str(), variable.value.c_str(), 1);
  }
  set_cuda_environment(run);
}

void set_cuda_environment(const config::RunSettings& run) {
  if (run.deterministic) ::setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", 1);
  // libtorch's memory grows in place: batches of ever other lengths would leave gaps of every size. It reads this
  // variable only if its older name, PYTORCH_CUDA_ALLOC_CONF, is not set.
  ::setenv("PYTORCH_ALLOC_CONF", "expandable_segments:True", 0);
  // A hardware queue for each stream, of at most 32: two streams in one queue wait for each other.
  ::setenv("CUDA_DEVICE_MAX_CONNECTIONS", "32", 0);
}

void set_up_process(const DevicePlan& plan, const config::RunSettings& run) {
  if (cuda_is_initialised()) fail("choose the GPUs before the first call of CUDA, at the top of main");
  if (set_up.exchange(true)) fail("the GPUs of this process were chosen before; choose them once, at the top of main");
  set_environment(plan, run);
}

}  // namespace myxtts::machine
