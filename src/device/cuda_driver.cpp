#include "device/cuda_driver.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

namespace myxtts::device {
namespace {

constexpr const char* kLibrary = "libcuda.so.1";
constexpr int kSuccess = 0;
constexpr int kNoDevice = 100;  // CUDA_ERROR_NO_DEVICE
constexpr int kMajorVersion = 1000;
constexpr int kComputeCapabilityMajor = 75;  // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR
constexpr int kFirstWithBf16 = 8;

struct Uuid {
  unsigned char bytes[16];
};

[[noreturn]] void fail(const std::string& what, const std::string& value) {
  throw core::DeviceError(
      {.what = what,
       .where = kLibrary,
       .value = value,
       .expected = {},
       .advice = "Check the NVIDIA driver with nvidia-smi, or train on the CPU with --device cpu."});
}

// The driver functions used here, as the driver's API documents them. The library is never closed: CUDA, once
// initialised, lasts as long as the process.
class CudaDriver {
 public:
  CudaDriver() : library_(::dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL)) {
    if (library_ == nullptr) fail("the NVIDIA driver was not found", ::dlerror());
  }

  // The caller must give the function's correct signature.
  template <typename Function>
  [[nodiscard]] Function* call(const char* name) const {
    const auto function = reinterpret_cast<Function*>(::dlsym(library_, name));
    if (function == nullptr) fail("the NVIDIA driver is too old", name);
    return function;
  }

  void require(int result, const char* name) const {
    if (result == kSuccess) return;
    const char* text = nullptr;
    call<int(int, const char**)>("cuGetErrorString")(result, &text);
    fail(fmt::format("{} failed", name), text == nullptr ? std::to_string(result) : text);
  }

 private:
  void* library_;
};

std::string text_of(const Uuid& uuid) {
  std::string text;
  for (int i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += fmt::format("{:02x}", uuid.bytes[i]);
  }
  return text;
}

std::string version_text(int version) {
  return fmt::format("CUDA {}.{}", version / kMajorVersion, version % kMajorVersion / 10);
}

}  // namespace

std::optional<int> cuda_runtime_version() {
  const auto function = reinterpret_cast<int (*)(int*)>(::dlsym(RTLD_DEFAULT, "cudaRuntimeGetVersion"));
  int version = 0;
  return function != nullptr && function(&version) == kSuccess ? std::optional(version) : std::nullopt;
}

void require_recent_driver(std::optional<int> runtime_version) {
  if (!runtime_version || ::dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL) == nullptr) return;
  const CudaDriver driver;
  int version = 0;
  driver.require(driver.call<int(int*)>("cuDriverGetVersion")(&version), "cuDriverGetVersion");
  const int needed = *runtime_version / kMajorVersion * kMajorVersion;
  if (version >= needed) return;
  throw DriverTooOld({.what = "the NVIDIA driver is too old",
                      .where = kLibrary,
                      .value = "for " + version_text(version),
                      .expected = fmt::format("a driver for {} or newer, which this build needs", version_text(needed)),
                      .advice = "Update the driver, or use the CPU with --device cpu."});
}

std::vector<std::string> visible_gpu_uuids() {
  const CudaDriver driver;
  const int initialised = driver.call<int(unsigned int)>("cuInit")(0);
  if (initialised == kNoDevice) return {};
  driver.require(initialised, "cuInit");
  int count = 0;
  driver.require(driver.call<int(int*)>("cuDeviceGetCount")(&count), "cuDeviceGetCount");
  const auto get_device = driver.call<int(int*, int)>("cuDeviceGet");
  const auto get_uuid = driver.call<int(Uuid*, int)>("cuDeviceGetUuid_v2");  // for a MIG slice: the slice's UUID
  std::vector<std::string> uuids;
  for (int index = 0; index < count; ++index) {
    int device = 0;
    Uuid uuid{};
    driver.require(get_device(&device, index), "cuDeviceGet");
    driver.require(get_uuid(&uuid, device), "cuDeviceGetUuid_v2");
    uuids.push_back(text_of(uuid));
  }
  return uuids;
}

bool has_bf16(int index) {
  const CudaDriver driver;
  driver.require(driver.call<int(unsigned int)>("cuInit")(0), "cuInit");
  int device = 0;
  int major = 0;
  driver.require(driver.call<int(int*, int)>("cuDeviceGet")(&device, index), "cuDeviceGet");
  driver.require(driver.call<int(int*, int, int)>("cuDeviceGetAttribute")(&major, kComputeCapabilityMajor, device),
                 "cuDeviceGetAttribute");
  return major >= kFirstWithBf16;
}

}  // namespace myxtts::device
