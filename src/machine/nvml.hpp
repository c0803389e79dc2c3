#pragma once
// The functions of NVML, loaded at run time.

#include <cstdint>
#include <memory>

namespace myxtts::machine {

// Types and values as NVML's documentation declares them (nvml.h is part of the CUDA toolkit, which is not required).
using NvmlDevice = struct NvmlDeviceState*;
inline constexpr int kNvmlSuccess = 0;
inline constexpr unsigned int kNvmlTextBytes = 96;                     // enough for a name and for a UUID
inline constexpr int kNvmlPeerReads = 0;                               // argument of nvmlDeviceGetP2PStatus
inline constexpr int kNvmlPeerWrites = 1;                              // the same
inline constexpr int kNvmlPeerOk = 0;                                  // its answer
inline constexpr std::uint64_t kNvmlNotAvailable = ~std::uint64_t{0};  // of a process's memory

struct NvmlMemory {
  unsigned long long total;
  unsigned long long free;
  unsigned long long used;
};

// nvmlMemory_v2_t: for a driver without nvmlDeviceGetMemoryInfo.
struct NvmlMemoryV2 {
  unsigned int version;
  unsigned long long total;
  unsigned long long reserved;
  unsigned long long free;
  unsigned long long used;
};
inline constexpr unsigned int kNvmlMemoryV2 = sizeof(NvmlMemoryV2) | (2U << 24);

struct NvmlUtilization {
  unsigned int gpu;
  unsigned int memory;
};

struct NvmlProcess {
  unsigned int pid;
  unsigned long long used_bytes;
  unsigned int gpu_instance;
  unsigned int compute_instance;
};

// The open library. An optional function that it lacks is null; the required ones are never null.
struct Nvml {
  Nvml() = default;
  Nvml(const Nvml&) = delete;
  Nvml& operator=(const Nvml&) = delete;
  ~Nvml();

  // required
  int (*initialise)() = nullptr;
  int (*count)(unsigned int* gpus) = nullptr;
  int (*handle)(unsigned int index, NvmlDevice* device) = nullptr;
  // optional
  int (*memory)(NvmlDevice device, NvmlMemory* memory) = nullptr;
  int (*memory_v2)(NvmlDevice device, NvmlMemoryV2* memory) = nullptr;
  int (*uuid)(NvmlDevice device, char* text, unsigned int bytes) = nullptr;
  int (*shut_down)() = nullptr;
  int (*name)(NvmlDevice device, char* text, unsigned int bytes) = nullptr;
  int (*utilization)(NvmlDevice device, NvmlUtilization* utilization) = nullptr;
  int (*peer_status)(NvmlDevice from, NvmlDevice to, int what, int* status) = nullptr;
  int (*mig_slots)(NvmlDevice device, unsigned int* slots) = nullptr;
  int (*mig_handle)(NvmlDevice device, unsigned int slot, NvmlDevice* slice) = nullptr;
  int (*processes)(NvmlDevice device, unsigned int* count, NvmlProcess* processes) = nullptr;

  void* library = nullptr;
  bool initialised = false;
};

// Opens and initialises libnvidia-ml.so.1; null if no driver answers.
[[nodiscard]] std::unique_ptr<Nvml> open_nvml();

}  // namespace myxtts::machine
