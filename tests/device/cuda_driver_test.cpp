// Each case in a process of its own, where libcuda.so.1 is the fake one: CUDA is initialised once in a process.

#include "device/cuda_driver.hpp"

#include <dlfcn.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "core/error.hpp"
#include "support/places.hpp"

namespace myxtts::device {
namespace {

// Prints what `text` returns with the fake driver, or the error, and ends the process.
template <typename Text>
[[noreturn]] void print_with_driver(const Text& text) {
  if (::dlopen((support::binary_folder() / "fake_driver/libcuda.so.1").c_str(), RTLD_NOW) == nullptr) std::_Exit(125);
  try {
    fmt::print(stderr, "[{}]", text());
  } catch (const core::DeviceError& error) {
    std::fputs(error.what(), stderr);
    std::_Exit(1);
  }
  std::_Exit(0);
}

// The UUIDs that this process sees.
[[noreturn]] void print_uuids(const char* gpus, const char* visible_devices) {
  ::setenv("MYXTTS_FAKE_GPUS", gpus, 1);
  ::setenv("CUDA_DEVICE_ORDER", "PCI_BUS_ID", 1);
  ::setenv("CUDA_VISIBLE_DEVICES", visible_devices, 1);
  print_with_driver([] { return fmt::format("{}", fmt::join(visible_gpu_uuids(), " ")); });
}

// Whether a driver for one version of CUDA serves a runtime of another.
[[noreturn]] void print_whether_recent(const char* driver_version, std::optional<int> runtime_version) {
  ::setenv("MYXTTS_FAKE_CUDA_VERSION", driver_version, 1);
  print_with_driver([&] { return require_recent_driver(runtime_version), "recent"; });
}

// Whether the only GPU, of a compute capability with this major number, has bf16.
[[noreturn]] void print_bf16_of(const char* major, int index = 0) {
  ::setenv("MYXTTS_FAKE_GPUS", "8192", 1);
  ::setenv("MYXTTS_FAKE_COMPUTE_CAPABILITY", major, 1);
  ::unsetenv("CUDA_VISIBLE_DEVICES");
  print_with_driver([&] { return has_bf16(index); });
}

constexpr const char* kGpus = "8192,16384,24576";

TEST(CudaDriverDeathTest, ShowsTheVisibleGpusInTheirOrder) {
  EXPECT_EXIT(print_uuids(kGpus, "2,0"), testing::ExitedWithCode(0),
              "^\\[30000000-fa4e-4000-8000-000000000000 10000000-fa4e-4000-8000-000000000000\\]$");
}

TEST(CudaDriverDeathTest, ShowsNoneWhereAllAreHidden) {
  EXPECT_EXIT(print_uuids(kGpus, ""), testing::ExitedWithCode(0), "^\\[\\]$");
  EXPECT_EXIT(print_uuids("", "0"), testing::ExitedWithCode(0), "^\\[\\]$");
}

TEST(CudaDriverDeathTest, ADriverForAnEarlierMajorVersionIsRefusedWithBothVersions) {
  EXPECT_EXIT(print_whether_recent("12040", 13020), testing::ExitedWithCode(1),
              "the NVIDIA driver is too old: libcuda.so.1: 'for CUDA 12.4'; expected a driver for CUDA 13.0 or newer");
}

TEST(CudaDriverDeathTest, ADriverOfTheSameMajorVersionOrALaterOneServes) {
  EXPECT_EXIT(print_whether_recent("13000", 13020), testing::ExitedWithCode(0), "^\\[recent\\]$");
  EXPECT_EXIT(print_whether_recent("14010", 13000), testing::ExitedWithCode(0), "^\\[recent\\]$");
}

TEST(CudaDriverDeathTest, WithoutARuntimeEveryDriverServes) {
  EXPECT_EXIT(print_whether_recent("12040", std::nullopt), testing::ExitedWithCode(0), "^\\[recent\\]$");
}

TEST(CudaDriverDeathTest, Bf16ComesWithComputeCapability8) {
  EXPECT_EXIT(print_bf16_of("7"), testing::ExitedWithCode(0), "^\\[false\\]$");
  EXPECT_EXIT(print_bf16_of("8"), testing::ExitedWithCode(0), "^\\[true\\]$");
  EXPECT_EXIT(print_bf16_of("12"), testing::ExitedWithCode(0), "^\\[true\\]$");
  EXPECT_EXIT(print_bf16_of("9", 1), testing::ExitedWithCode(1), "cuDeviceGet failed: .*invalid device ordinal");
}

TEST(CudaDriverDeathTest, MissingDriverIsAnErrorWithAdvice) {
  if (::dlopen("libcuda.so.1", RTLD_LAZY) != nullptr) GTEST_SKIP() << "there is a driver here";
  EXPECT_NO_THROW(require_recent_driver(13000)) << "no driver is not an old one";
  try {
    (void)visible_gpu_uuids();
    FAIL() << "no error";
  } catch (const core::DeviceError& error) {
    EXPECT_NE(std::string(error.what()).find("the NVIDIA driver was not found: libcuda.so.1"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("--device cpu"), std::string::npos);
  }
}

}  // namespace
}  // namespace myxtts::device
