#include "simulated_cuda/runtime/devices.hpp"

#include <cuda_runtime_api.h>
#include <dlfcn.h>
#include <signal.h>
#include <ucontext.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <mutex>

#include "simulated_cuda/runtime/errors.hpp"
#include "simulated_cuda/runtime/pinned_memory.hpp"
#include "simulated_cuda/runtime/program_end.hpp"

namespace myxtts::simulated_cuda {
namespace {

thread_local int current = 0;
std::atomic<bool> devices_known = false;
struct sigaction former_action;

void* driver_call(const char* name) {
  static void* const driver = ::dlopen("libcuda.so.1", RTLD_NOW);
  return driver == nullptr ? nullptr : ::dlsym(driver, name);
}

// Calls a function of the driver by its documented signature; false where it is missing or fails.
template <typename... Arguments>
bool ask(const char* name, Arguments... arguments) {
  const auto function = reinterpret_cast<int (*)(Arguments...)>(driver_call(name));
  return function != nullptr && function(arguments...) == 0;
}

Device device_at(int index) {
  Device device;
  std::array<char, 256> name{};
  std::size_t bytes = 0;
  int handle = 0;
  if (!ask("cuDeviceGet", &handle, index) || !ask("cuDeviceTotalMem_v2", &bytes, handle) ||
      !ask("cuDeviceGetUuid_v2", &device.uuid, handle) ||
      !ask("cuDeviceGetName", name.data(), static_cast<int>(name.size()), handle) ||
      !ask("cuDeviceGetPCIBusId", device.pci_bus_id.data(), static_cast<int>(device.pci_bus_id.size()), handle)) {
    end_program("the driver, libcuda.so.1, does not describe GPU " + std::to_string(index));
  }
  device.name = name.data();
  device.memory = std::make_unique<DeviceMemory>(bytes);
  return device;
}

std::vector<Device> read_devices() {
  std::vector<Device> devices;
  int count = 0;
  if (!ask("cuInit", 0U) || !ask("cuDeviceGetCount", &count)) return devices;
  for (int index = 0; index < count; ++index) devices.push_back(device_at(index));
  return devices;
}

int driver_version() {
  int version = 0;
  (void)ask("cuDriverGetVersion", &version);
  return version;
}

// A host access that faulted: pinned memory explains itself. Of a GPU's memory the GPU is named; then the program ends
// as it would have without.
void explain_access(int, siginfo_t* fault, void* context) {
  constexpr greg_t kWrite = 2;
  const bool write = (static_cast<const ucontext_t*>(context)->uc_mcontext.gregs[REG_ERR] & kWrite) != 0;
  if (explain_fault(fault->si_addr, write)) return;
  const int device = device_of(fault->si_addr);
  if (device >= 0) ::dprintf(STDERR_FILENO, "simulated CUDA: the host touched the memory of GPU %d\n", device);
  ::sigaction(SIGSEGV, &former_action, nullptr);
}

void watch_host_accesses() {
  struct sigaction action {};
  action.sa_sigaction = explain_access;
  action.sa_flags = SA_SIGINFO;
  ::sigaction(SIGSEGV, &action, &former_action);
}

// The emulator overrides libtorch's operators for CUDA; a program without them, or a script, has nothing to emulate.
void load_emulator() {
  if (::dlopen("libtorch_cuda.so", RTLD_LAZY | RTLD_NOLOAD) == nullptr) return;
  Dl_info here{};
  ::dladdr(reinterpret_cast<void*>(&load_emulator), &here);
  const auto emulator = std::filesystem::path(here.dli_fname).parent_path() / "libsimulated_cuda_emulator.so";
  if (::dlopen(emulator.c_str(), RTLD_NOW | RTLD_LOCAL) == nullptr) end_program(::dlerror());
}

// Before libtorch does anything with a GPU, it asks how many there are.
void start() {
  static std::once_flag once;
  std::call_once(once, [] {
    watch_host_accesses();
    load_emulator();
    end_with_report();
  });
}

}  // namespace

const std::vector<Device>& devices() {
  static const std::vector<Device>& all = *new std::vector<Device>(read_devices());  // outlives static destruction
  devices_known = true;
  return all;
}

unsigned int pci_bus_of(const Device& device) {
  unsigned int domain = 0, bus = 0;
  return std::sscanf(device.pci_bus_id.data(), "%x:%x", &domain, &bus) == 2 ? bus : 0;
}

int current_device() { return current; }

int device_of(const void* address) {
  for (std::size_t i = 0; i < devices().size(); ++i) {
    if (devices()[i].memory->contains(address)) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace myxtts::simulated_cuda

using namespace myxtts::simulated_cuda;

namespace {

constexpr int kOldestDriver = CUDART_VERSION / 1000 * 1000;

bool exists(int device) { return device >= 0 && static_cast<std::size_t>(device) < devices().size(); }

// Of an H100, where libtorch or the product looks at it.
void describe_model(cudaDeviceProp& properties) {
  properties.major = 9;
  properties.minor = 0;
  properties.multiProcessorCount = 132;
  properties.warpSize = 32;
  properties.regsPerBlock = properties.regsPerMultiprocessor = 65536;
  properties.sharedMemPerBlock = 49152;
  properties.sharedMemPerBlockOptin = 232448;
  properties.sharedMemPerMultiprocessor = 233472;
  properties.maxThreadsPerBlock = 1024;
  properties.maxThreadsPerMultiProcessor = 2048;
  properties.maxBlocksPerMultiProcessor = 32;
  properties.maxThreadsDim[0] = properties.maxThreadsDim[1] = 1024;
  properties.maxThreadsDim[2] = 64;
  properties.maxGridSize[0] = 2147483647;
  properties.maxGridSize[1] = properties.maxGridSize[2] = 65535;
  properties.totalConstMem = 65536;
  properties.textureAlignment = 512;
  properties.l2CacheSize = 52428800;
  properties.asyncEngineCount = 3;
  properties.concurrentKernels = properties.cooperativeLaunch = properties.streamPrioritiesSupported = 1;
  properties.unifiedAddressing = properties.canMapHostMemory = 1;
}

}  // namespace

cudaError_t cudaGetDeviceCount(int* count) {
  if (driver_version() < kOldestDriver) return failed(cudaErrorInsufficientDriver);
  *count = static_cast<int>(devices().size());
  if (*count == 0) return failed(cudaErrorNoDevice);
  start();
  return succeeded();
}

// Tells of this thread alone, and succeeds after a fault of the GPU too: libtorch's guards call it in destructors.
cudaError_t cudaGetDevice(int* device) {
  *device = current;
  return cudaSuccess;
}

cudaError_t cudaSetDevice(int device) {
  if (!exists(device)) return failed(cudaErrorInvalidDevice);
  current = device;
  return succeeded();
}

cudaError_t cudaDriverGetVersion(int* version) {
  *version = driver_version();
  return succeeded();
}

cudaError_t cudaRuntimeGetVersion(int* version) {
  *version = CUDART_VERSION;
  return succeeded();
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device) {
  if (!exists(device)) return failed(cudaErrorInvalidDevice);
  const Device& gpu = devices()[static_cast<std::size_t>(device)];
  *properties = {};
  std::snprintf(properties->name, sizeof properties->name, "%s", gpu.name.c_str());
  std::memcpy(&properties->uuid, gpu.uuid.data(), gpu.uuid.size());
  properties->totalGlobalMem = gpu.memory->total();
  properties->pciBusID = static_cast<int>(pci_bus_of(gpu));
  describe_model(*properties);
  return succeeded();
}

cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int device) {
  if (!exists(device)) return failed(cudaErrorInvalidDevice);
  cudaDeviceProp properties{};
  describe_model(properties);
  switch (attribute) {
    case cudaDevAttrComputeCapabilityMajor:
      *value = properties.major;
      break;
    case cudaDevAttrComputeCapabilityMinor:
      *value = properties.minor;
      break;
    case cudaDevAttrMultiProcessorCount:
      *value = properties.multiProcessorCount;
      break;
    case cudaDevAttrMaxSharedMemoryPerBlockOptin:
      *value = static_cast<int>(properties.sharedMemPerBlockOptin);
      break;
    case cudaDevAttrClockRate:
      *value = 1'000'000;  // kHz: a cycle is a nanosecond
      break;
    default:
      *value = 0;
  }
  return succeeded();
}

cudaError_t cudaDeviceGetPCIBusId(char* text, int length, int device) {
  if (!exists(device)) return failed(cudaErrorInvalidDevice);
  std::snprintf(text, static_cast<std::size_t>(length), "%s",
                devices()[static_cast<std::size_t>(device)].pci_bus_id.data());
  return succeeded();
}

// For the simulated NVML: what this process has taken of the GPU on a PCI bus. Starts nothing.
extern "C" unsigned long long cudaSimulatedUsedBytes(unsigned int pci_bus) {
  if (!devices_known) return 0;
  for (const Device& device : devices()) {
    if (pci_bus_of(device) == pci_bus) return device.memory->used();
  }
  return 0;
}

cudaError_t cudaDeviceGetStreamPriorityRange(int* least, int* greatest) {
  if (least != nullptr) *least = 0;
  if (greatest != nullptr) *greatest = -5;
  return succeeded();
}

cudaError_t cudaDeviceCanAccessPeer(int* can, int device, int peer) {
  if (!exists(device) || !exists(peer)) return failed(cudaErrorInvalidDevice);
  *can = 0;
  if (!ask("cuDeviceCanAccessPeer", can, device, peer)) end_program("the driver does not know cuDeviceCanAccessPeer");
  return succeeded();
}

cudaError_t cudaDeviceEnablePeerAccess(int, unsigned) { return succeeded(); }
cudaError_t cudaProfilerStart() { return succeeded(); }
cudaError_t cudaProfilerStop() { return succeeded(); }

cudaError_t cudaGetDriverEntryPointByVersion(const char* name, void** function, unsigned, unsigned long long,
                                             cudaDriverEntryPointQueryResult* found) {
  *function = driver_call(name);
  if (found != nullptr)
    *found = *function != nullptr ? cudaDriverEntryPointSuccess : cudaDriverEntryPointSymbolNotFound;
  return *function != nullptr ? succeeded() : failed(cudaErrorSymbolNotFound);
}
