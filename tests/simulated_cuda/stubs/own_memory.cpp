// What NVML says of this process: the memory that it has taken on a simulated GPU.

#include <dlfcn.h>

#include "fake_driver/fake_gpus.hpp"

// Nothing in a program that has not loaded the runtime. A MIG slice counts as its GPU.
unsigned long long fake_driver::own_bytes(const Gpu& gpu) {
  void* const runtime = ::dlopen("libcudart.so.13", RTLD_LAZY | RTLD_NOLOAD);
  if (runtime == nullptr) return 0;
  const auto used = reinterpret_cast<unsigned long long (*)(unsigned int)>(::dlsym(runtime, "cudaSimulatedUsedBytes"));
  ::dlclose(runtime);
  return used == nullptr ? 0 : used(pci_bus(gpu));
}
