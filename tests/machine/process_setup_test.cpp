// Each case in a process of its own: what is tested can be done once in a process. CUDA is the fake libcuda.so.1.

#include "machine/process_setup.hpp"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "support/places.hpp"

namespace myxtts::machine {
namespace {

constexpr const char* kOldPhrases =
    "❌ Physical devices cannot be modified after being initialized\n   GPU already initialized: ";

DevicePlan dual_plan() {
  DevicePlan plan;
  plan.mode = DeviceMode::kDualGpu;
  plan.visible_devices = "2,0";
  return plan;
}

// Ends the process: 0 where the call was served, 1 and the message on stderr where not.
[[noreturn]] void set_up_and_end() {
  try {
    set_up_process(dual_plan(), {});
  } catch (const GpuConfigurationError& error) {
    std::fputs(error.what(), stderr);
    std::_Exit(1);
  }
  std::_Exit(0);
}

void* load_fake_cuda(bool initialise) {
  void* library = ::dlopen((support::binary_folder() / "fake_driver/libcuda.so.1").c_str(), RTLD_NOW);
  if (library == nullptr) std::_Exit(125);
  ::setenv("MYXTTS_FAKE_GPUS", "8192,8192", 1);
  const auto start = reinterpret_cast<int (*)(unsigned int)>(::dlsym(library, "cuInit"));
  if (initialise && start(0) != 0) std::_Exit(125);
  return library;
}

bool environment_has(const char* name, const char* value) {
  const char* found = std::getenv(name);
  return found != nullptr && std::strcmp(found, value) == 0;
}

TEST(ProcessSetupDeathTest, SetsTheEnginesEnvironment) {
  const auto set_up = [] {
    config::RunSettings run;
    run.threads = 3;
    set_up_process(dual_plan(), run);
    EXPECT_TRUE(environment_has("CUDA_DEVICE_ORDER", "PCI_BUS_ID"));
    EXPECT_TRUE(environment_has("CUDA_VISIBLE_DEVICES", "2,0"));
    EXPECT_TRUE(environment_has("OMP_NUM_THREADS", "3"));
    std::_Exit(testing::Test::HasFailure() ? 1 : 0);
  };
  EXPECT_EXIT(set_up(), testing::ExitedWithCode(0), "");
}

TEST(ProcessSetupDeathTest, WhatTheUserHasSetStays) {
  const auto set_up = [] {
    ::setenv("PYTORCH_ALLOC_CONF", "", 1);
    ::setenv("CUDA_VISIBLE_DEVICES", "0", 1);
    ::unsetenv("CUDA_DEVICE_MAX_CONNECTIONS");
    set_up_process(dual_plan(), {});
    EXPECT_TRUE(environment_has("PYTORCH_ALLOC_CONF", ""));
    EXPECT_TRUE(environment_has("CUDA_DEVICE_MAX_CONNECTIONS", "32"));
    EXPECT_TRUE(environment_has("CUDA_VISIBLE_DEVICES", "2,0")) << "but not where the plan follows from it";
    std::_Exit(testing::Test::HasFailure() ? 1 : 0);
  };
  EXPECT_EXIT(set_up(), testing::ExitedWithCode(0), "");
}

TEST(ProcessSetupDeathTest, SecondCallIsAnError) {
  const auto set_up_twice = [] {
    set_up_process(dual_plan(), {});
    set_up_and_end();
  };
  EXPECT_EXIT(set_up_twice(), testing::ExitedWithCode(1), kOldPhrases);
}

TEST(ProcessSetupDeathTest, CallAfterCudaWasInitialisedIsAnError) {
  const auto set_up_late = [] {
    load_fake_cuda(true);
    set_up_and_end();
  };
  EXPECT_EXIT(set_up_late(), testing::ExitedWithCode(1), kOldPhrases);
}

TEST(ProcessSetupDeathTest, DriverThatIsOnlyLoadedIsNoObstacle) {
  const auto set_up_in_time = [] {
    load_fake_cuda(false);
    set_up_and_end();
  };
  EXPECT_EXIT(set_up_in_time(), testing::ExitedWithCode(0), "");
}

TEST(ProcessSetupDeathTest, RefusedCallLeavesTheEnvironmentAlone) {
  const auto set_up_late = [] {
    ::setenv("CUDA_VISIBLE_DEVICES", "1", 1);
    load_fake_cuda(true);
    EXPECT_THROW(set_up_process(dual_plan(), {}), GpuConfigurationError);
    std::_Exit(environment_has("CUDA_VISIBLE_DEVICES", "1") ? 0 : 1);
  };
  EXPECT_EXIT(set_up_late(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace myxtts::machine
