// A libnvidia-ml.so.1 without hardware: the calls that MyXTTS and libtorch make, with the signatures and codes that
// NVML documents.

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <utility>

#include "fake_gpus.hpp"

namespace {

using fake_driver::Gpu;

enum Result : int {
  kSuccess = 0,
  kUninitialized = 1,
  kInvalidArgument = 2,
  kNotSupported = 3,
  kNotFound = 6,
  kInsufficientSize = 7,
  kUnknown = 999
};

// nvmlDeviceP2PStatus_t
constexpr int kPeerOk = 0;
constexpr int kPeerNotSupported = 5;

struct Memory {
  unsigned long long total, free, used;  // bytes
};

struct MemoryV2 {
  unsigned int version;
  unsigned long long total, reserved, free, used;  // bytes
};

struct Utilization {
  unsigned int gpu, memory;  // percent
};

struct ProcessInfoV1 {
  unsigned int pid;
  unsigned long long used_bytes;
};

struct ProcessInfo {
  unsigned int pid;
  unsigned long long used_bytes;
  unsigned int gpu_instance = 0xFFFFFFFFU, compute_instance = 0xFFFFFFFFU;
};

// A handle points into it.
std::vector<Gpu> gpus;
bool initialised = false;

Result copy_text(const std::string& text, char* buffer, unsigned int length) {
  if (buffer == nullptr) return kInvalidArgument;
  if (text.size() >= length) return kInsufficientSize;
  std::memcpy(buffer, text.c_str(), text.size() + 1);
  return kSuccess;
}

template <typename Number>
Result give(Number value, Number* out) {
  if (!initialised) return kUninitialized;
  if (out == nullptr) return kInvalidArgument;
  *out = value;
  return kSuccess;
}

unsigned long long used_bytes(const Gpu& gpu) { return (gpu.used_mb << 20) + fake_driver::own_bytes(gpu); }

template <typename Info>
Result give_processes(const Gpu* gpu, unsigned int* count, Info* processes) {
  if (!initialised) return kUninitialized;
  if (count == nullptr) return kInvalidArgument;
  std::vector<Info> found;
  for (const fake_driver::Process& process : gpu->processes) found.push_back({process.pid, process.used_mb << 20});
  const unsigned long long own = fake_driver::own_bytes(*gpu);
  if (own > 0) found.push_back({fake_driver::own_id(), own});
  const auto room = std::exchange(*count, static_cast<unsigned int>(found.size()));
  if (room < *count || (processes == nullptr && *count > 0)) return kInsufficientSize;
  std::ranges::copy(found, processes);
  return kSuccess;
}

int index_of(const Gpu* gpu) {
  const bool whole = !gpus.empty() && gpu >= gpus.data() && gpu < gpus.data() + gpus.size();
  return whole ? static_cast<int>(gpu - gpus.data()) : -1;
}

}  // namespace

#define NVML extern "C" __attribute__((visibility("default")))

NVML int nvmlInit_v2() {
  try {
    if (!initialised) gpus = fake_driver::read_gpus();
  } catch (const std::exception&) {
    return kUnknown;
  }
  initialised = true;
  return kSuccess;
}

NVML int nvmlShutdown() {
  if (!initialised) return kUninitialized;
  initialised = false;
  return kSuccess;
}

NVML const char* nvmlErrorString(int result) {
  switch (result) {
    case kSuccess:
      return "Success";
    case kUninitialized:
      return "Uninitialized";
    case kInvalidArgument:
      return "Invalid Argument";
    case kNotSupported:
      return "Not Supported";
    case kNotFound:
      return "Not Found";
    case kInsufficientSize:
      return "Insufficient Size";
    default:
      return "Unknown Error";
  }
}

NVML int nvmlDeviceGetCount_v2(unsigned int* count) { return give(static_cast<unsigned int>(gpus.size()), count); }

NVML int nvmlDeviceGetHandleByIndex_v2(unsigned int index, Gpu** handle) {
  if (initialised && index >= gpus.size()) return kInvalidArgument;
  return give(gpus.data() + index, handle);
}

NVML int nvmlDeviceGetName(const Gpu* gpu, char* name, unsigned int length) {
  return initialised ? copy_text(gpu->name, name, length) : kUninitialized;
}

NVML int nvmlDeviceGetUUID(const Gpu* gpu, char* uuid, unsigned int length) {
  return initialised ? copy_text(gpu->uuid, uuid, length) : kUninitialized;
}

NVML int nvmlDeviceGetMemoryInfo(const Gpu* gpu, Memory* memory) {
  if (!initialised) return kUninitialized;
  const unsigned long long total = gpu->total_mb << 20, used = used_bytes(*gpu);
  return give(Memory{total, total - used, used}, memory);
}

NVML int nvmlDeviceGetMemoryInfo_v2(const Gpu* gpu, MemoryV2* memory) {
  if (!initialised) return kUninitialized;
  if (memory == nullptr || memory->version != (sizeof(MemoryV2) | (2U << 24))) return kInvalidArgument;
  const unsigned long long total = gpu->total_mb << 20, used = used_bytes(*gpu);
  return give(MemoryV2{memory->version, total, 0, total - used, used}, memory);
}

NVML int nvmlDeviceGetUtilizationRates(const Gpu* gpu, Utilization* rates) {
  if (!initialised) return kUninitialized;
  if (!gpu->mig_slices.empty() || index_of(gpu) < 0) return kNotSupported;  // NVML knows none with MIG
  return give(Utilization{gpu->utilization, 0}, rates);
}

NVML int nvmlDeviceGetP2PStatus(const Gpu* from, const Gpu* to, int /*capability*/, int* status) {
  if (!initialised) return kUninitialized;
  const bool linked = std::ranges::find(from->peers, index_of(to)) != from->peers.end();
  return give(linked ? kPeerOk : kPeerNotSupported, status);
}

NVML int nvmlDeviceGetMigMode(const Gpu* gpu, unsigned int* current, unsigned int* pending) {
  if (!initialised) return kUninitialized;
  const unsigned int on = gpu->mig_slices.empty() ? 0 : 1;
  const Result result = give(on, current);
  return result == kSuccess ? give(on, pending) : result;
}

NVML int nvmlDeviceGetMaxMigDeviceCount(const Gpu* gpu, unsigned int* count) {
  if (!initialised) return kUninitialized;
  return give(static_cast<unsigned int>(gpu->mig_slices.size()), count);
}

NVML int nvmlDeviceGetMigDeviceHandleByIndex(Gpu* gpu, unsigned int index, Gpu** slice) {
  if (!initialised) return kUninitialized;
  if (index >= gpu->mig_slices.size()) return kNotFound;
  return give(gpu->mig_slices.data() + index, slice);
}

NVML int nvmlDeviceGetComputeRunningProcesses_v3(const Gpu* gpu, unsigned int* count, ProcessInfo* processes) {
  return give_processes(gpu, count, processes);
}

NVML int nvmlDeviceGetComputeRunningProcesses(const Gpu* gpu, unsigned int* count, ProcessInfoV1* processes) {
  return give_processes(gpu, count, processes);
}

// libtorch looks its GPU up when it is full, to name the processes in its message.
NVML int nvmlDeviceGetHandleByPciBusId_v2(const char* id, Gpu** handle) {
  if (!initialised) return kUninitialized;
  unsigned int domain = 0, bus = 0;
  if (id == nullptr || std::sscanf(id, "%x:%x", &domain, &bus) != 2) return kInvalidArgument;
  const auto gpu = std::ranges::find(gpus, bus, &fake_driver::pci_bus);
  return gpu == gpus.end() ? kNotFound : give(&*gpu, handle);
}

NVML int nvmlSystemGetCudaDriverVersion_v2(int* version) {
  *version = fake_driver::cuda_version();
  return kSuccess;
}

NVML int nvmlDeviceGetNvLinkRemoteDeviceType(const Gpu*, unsigned int, int*) { return kNotSupported; }
NVML int nvmlDeviceGetNvLinkRemotePciInfo_v2(const Gpu*, unsigned int, void*) { return kNotSupported; }
