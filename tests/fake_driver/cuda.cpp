// A libcuda.so.1 without hardware. It shows what CUDA_VISIBLE_DEVICES leaves of the GPUs, as the driver does, and
// writes every call to the file MYXTTS_FAKE_CUDA_LOG, with the variables as they are at that moment:
//   cuInit pid=17 program=myxtts-engine CUDA_VISIBLE_DEVICES=2,0 CUDA_DEVICE_ORDER=PCI_BUS_ID

#include <errno.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <set>
#include <sstream>

#include "fake_gpus.hpp"

namespace {

using fake_driver::Gpu;

enum Result : int { kSuccess = 0, kInvalidValue = 1, kNotInitialized = 3, kNoDevice = 100, kInvalidDevice = 101 };

struct Uuid {
  unsigned char bytes[16];
};

struct Visible {
  Gpu gpu;       // a whole GPU or a MIG slice
  Gpu physical;  // what it is a slice of, or itself
};

std::vector<Visible> visible;
bool initialised = false;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "(unset)" : value;
}

void note(const char* call) {
  const char* file = std::getenv("MYXTTS_FAKE_CUDA_LOG");
  std::FILE* log = file == nullptr ? nullptr : std::fopen(file, "a");
  if (log == nullptr) return;
  std::fprintf(log, "%s pid=%d program=%s CUDA_VISIBLE_DEVICES=%s CUDA_DEVICE_ORDER=%s\n", call,
               static_cast<int>(::getpid()), program_invocation_short_name, variable("CUDA_VISIBLE_DEVICES").c_str(),
               variable("CUDA_DEVICE_ORDER").c_str());
  std::fclose(log);
}

// The driver's own order is the fastest first: here the largest.
std::vector<Gpu> ordered_gpus() {
  std::vector<Gpu> gpus = fake_driver::read_gpus("MYXTTS_FAKE_CUDA_GPU_FILE");
  if (variable("CUDA_DEVICE_ORDER") != "PCI_BUS_ID") {
    std::ranges::stable_sort(gpus, [](const Gpu& a, const Gpu& b) { return a.total_mb > b.total_mb; });
  }
  return gpus;
}

Visible whole(const Gpu& gpu) { return gpu.mig_slices.empty() ? Visible{gpu, gpu} : Visible{gpu.mig_slices[0], gpu}; }

// What one word of CUDA_VISIBLE_DEVICES names: an index, or the beginning of a UUID. Returns false for nothing at all.
bool find(const std::vector<Gpu>& gpus, const std::string& word, std::vector<Visible>& found) {
  char* end = nullptr;
  const long index = std::strtol(word.c_str(), &end, 10);
  if (!word.empty() && *end == '\0') {
    if (index < 0 || index >= static_cast<long>(gpus.size())) return false;
    found.push_back(whole(gpus[static_cast<std::size_t>(index)]));
    return true;
  }
  for (const Gpu& gpu : gpus) {
    if (word.size() > 4 && gpu.uuid.starts_with(word)) return found.push_back(whole(gpu)), true;
    for (const Gpu& slice : gpu.mig_slices) {
      if (word.size() > 4 && slice.uuid.starts_with(word)) return found.push_back({slice, gpu}), true;
    }
  }
  return false;
}

// A word that names nothing hides all that follow it; a GPU named twice hides all; of MIG slices only one is seen.
std::vector<Visible> visible_gpus() {
  const std::vector<Gpu> gpus = ordered_gpus();
  std::vector<Visible> found;
  const char* words = std::getenv("CUDA_VISIBLE_DEVICES");
  if (words == nullptr) {
    for (const Gpu& gpu : gpus) found.push_back(whole(gpu));
  } else {
    std::istringstream stream(words);
    for (std::string word; std::getline(stream, word, ',') && find(gpus, word, found);) {
    }
  }
  std::set<std::string> uuids;
  for (const Visible& one : found) {
    if (!uuids.insert(one.gpu.uuid).second) return {};
    if (one.gpu.uuid != one.physical.uuid) return {one};
  }
  return found;
}

Result uuid_of(const std::string& text, Uuid* uuid) {
  std::string digits = text.substr(text.find('-') + 1);
  std::erase(digits, '-');
  if (uuid == nullptr || digits.size() != 32) return kInvalidValue;
  for (std::size_t i = 0; i < 16; ++i) {
    uuid->bytes[i] = static_cast<unsigned char>(std::strtoul(digits.substr(2 * i, 2).c_str(), nullptr, 16));
  }
  return kSuccess;
}

// Notes the call; kSuccess where it may be answered.
Result enter(const char* call, int device = -1) {
  note(call);
  if (!initialised) return kNotInitialized;
  const bool whole_driver = device == -1;
  return whole_driver || (device >= 0 && device < static_cast<int>(visible.size())) ? kSuccess : kInvalidDevice;
}

const Visible& at(int device) { return visible[static_cast<std::size_t>(device)]; }

}  // namespace

#define CUDA extern "C" __attribute__((visibility("default")))

__attribute__((constructor)) static void note_load() { note("load"); }

CUDA int cuInit(unsigned int flags) {
  note("cuInit");
  if (flags != 0) return kInvalidValue;
  if (!initialised) visible = visible_gpus();
  if (visible.empty()) return kNoDevice;
  initialised = true;
  return kSuccess;
}

CUDA int cuDriverGetVersion(int* version) {
  note("cuDriverGetVersion");
  *version = fake_driver::cuda_version();
  return kSuccess;
}

CUDA int cuGetErrorString(int error, const char** text) {
  switch (error) {
    case kSuccess:
      *text = "no error";
      break;
    case kInvalidValue:
      *text = "invalid argument";
      break;
    case kNotInitialized:
      *text = "initialization error";
      break;
    case kNoDevice:
      *text = "no CUDA-capable device is detected";
      break;
    case kInvalidDevice:
      *text = "invalid device ordinal";
      break;
    default:
      *text = nullptr;
      return kInvalidValue;
  }
  return kSuccess;
}

CUDA int cuDeviceGetCount(int* count) {
  const Result result = enter("cuDeviceGetCount");
  if (result == kSuccess) *count = static_cast<int>(visible.size());
  return result;
}

CUDA int cuDeviceGet(int* device, int ordinal) {
  const Result result = ordinal < 0 ? kInvalidDevice : enter("cuDeviceGet", ordinal);
  if (result == kSuccess) *device = ordinal;
  return result;
}

// Of the whole GPU, also where the device is a MIG slice.
CUDA int cuDeviceGetUuid(Uuid* uuid, int device) {
  const Result result = enter("cuDeviceGetUuid", device);
  return result == kSuccess ? uuid_of(at(device).physical.uuid, uuid) : result;
}

CUDA int cuDeviceGetUuid_v2(Uuid* uuid, int device) {
  const Result result = enter("cuDeviceGetUuid_v2", device);
  return result == kSuccess ? uuid_of(at(device).gpu.uuid, uuid) : result;
}

// Of the attributes, the compute capability alone: its major number, and 0 as the minor one.
CUDA int cuDeviceGetAttribute(int* value, int attribute, int device) {
  constexpr int kMajor = 75, kMinor = 76;  // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, _MINOR
  const Result result = enter("cuDeviceGetAttribute", device);
  if (result != kSuccess) return result;
  if (attribute != kMajor && attribute != kMinor) return kInvalidValue;
  *value = attribute == kMajor ? fake_driver::compute_capability_major() : 0;
  return kSuccess;
}

CUDA int cuDeviceGetName(char* name, int length, int device) {
  const Result result = enter("cuDeviceGetName", device);
  if (result == kSuccess) std::snprintf(name, static_cast<std::size_t>(length), "%s", at(device).gpu.name.c_str());
  return result;
}

CUDA int cuDeviceGetPCIBusId(char* text, int length, int device) {
  const Result result = enter("cuDeviceGetPCIBusId", device);
  if (result != kSuccess) return result;
  const unsigned int bus = fake_driver::pci_bus(at(device).physical);
  std::snprintf(text, static_cast<std::size_t>(length), "0000:%02x:00.0", bus);
  return kSuccess;
}

CUDA int cuDeviceTotalMem_v2(std::size_t* bytes, int device) {
  const Result result = enter("cuDeviceTotalMem_v2", device);
  if (result == kSuccess) *bytes = static_cast<std::size_t>(at(device).gpu.total_mb) << 20;
  return result;
}

CUDA int cuDeviceCanAccessPeer(int* can, int device, int peer) {
  const Result result = enter("cuDeviceCanAccessPeer", std::max(device, peer));
  if (result != kSuccess || device < 0 || peer < 0) return kInvalidDevice;
  *can = std::ranges::count(at(device).physical.peers, at(peer).physical.index) > 0 ? 1 : 0;
  return kSuccess;
}
