#include "device/out_of_memory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>

namespace myxtts::device {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t kMegabyte = 1 << 20;

TEST(OutOfMemory, OverTheCapNamesRoleCapUseRequestAndFlag) {
  const AllocationRefused error(
      {Role::kModel, "cuda:1", 512 * kMegabyte, 16000 * kMegabyte, 900 * kMegabyte, 16384 * kMegabyte, 0, false});
  EXPECT_THAT(error.what(), AllOf(HasSubstr("model role"), HasSubstr("cuda:1"), HasSubstr("cap of 16384.000 MB"),
                                  HasSubstr("512.000 MB asked for with 16000.000 MB in use"),
                                  HasSubstr("900.000 MB of it by context"), HasSubstr("--model-gpu-memory")));
}

TEST(OutOfMemory, AFullDeviceIsNoReasonToRaiseTheCap) {
  const AllocationRefused error({Role::kData, "cuda:0", kMegabyte, kMegabyte, 0, 8192 * kMegabyte, 0, true});
  EXPECT_THAT(error.what(), AllOf(HasSubstr("full before the cap of 8192.000 MB"), HasSubstr("--buffer-size"),
                                  Not(HasSubstr("Raise"))));
}

TEST(OutOfMemory, MemoryKeptForReuseIsSaid) {
  const AllocationRefused error({Role::kData, "cuda:0", kMegabyte, kMegabyte, 0, kMegabyte, 3 * kMegabyte, false});
  EXPECT_THAT(error.what(), HasSubstr("3.000 MB kept for reuse"));
}

class AsOutOfMemory : public testing::Test {
 protected:
  std::string message_of(const std::exception& error) const {
    const auto found = as_out_of_memory(error, Role::kModel, *runtime_);
    return found ? found->what() : "";
  }

  std::unique_ptr<DeviceRuntime> runtime_ = make_cpu_runtime({});
};

TEST_F(AsOutOfMemory, LibtorchsOwnErrorBecomesTheTypedOne) {
  try {
    TORCH_CHECK_WITH(OutOfMemoryError, false, "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has ...");
  } catch (const std::exception& error) {
    EXPECT_THAT(message_of(error), AllOf(HasSubstr("model role"), HasSubstr("2.00 GiB asked for")));
  }
}

TEST_F(AsOutOfMemory, WhatAnAllocatorRefusedKeepsItsWordsAndLosesWhatLibtorchAdds) {
  AllocationRefused refused({Role::kData, "cuda:0", kMegabyte, kMegabyte, 0, kMegabyte, 0, false});
  const std::string message = refused.what();
  refused.add_context("in a convolution");
  const auto named = as_out_of_memory(refused, Role::kModel, *runtime_);
  ASSERT_TRUE(named);
  EXPECT_EQ(named->what(), message);
  EXPECT_EQ(named->exit_code(), 3);
}

TEST_F(AsOutOfMemory, LibrariesThatAskTheDriverAreRecognised) {
  EXPECT_THAT(
      message_of(std::runtime_error("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`\nx")),
      AllOf(HasSubstr("model role"), HasSubstr("cublasCreate"), Not(HasSubstr("\nx"))));
  EXPECT_THAT(message_of(std::runtime_error("CUDA error: out of memory")), HasSubstr("out of memory"));
}

TEST_F(AsOutOfMemory, TheTypedErrorStaysAsItIs) {
  EXPECT_EQ(message_of(core::OutOfMemoryError("the data role is out of memory")), "the data role is out of memory");
}

// Whatever noticed it: the roles' allocators, or libtorch.
TEST_F(AsOutOfMemory, SpeakingIsAdvisedOfWhatItsCommandsHave) {
  const AllocationRefused refused({Role::kModel, "cuda:0", kMegabyte, kMegabyte, 0, 0, 0, true});
  EXPECT_THAT(as_out_of_memory(refused, Role::kModel, *runtime_, Work::kSpeech)->what(),
              AllOf(HasSubstr("model role is out of memory: cuda:0: '1.000 MB asked for"), HasSubstr("shorter texts"),
                    HasSubstr("--device cpu"), Not(HasSubstr("--batch-size")), Not(HasSubstr("--model-size"))));
  const std::runtime_error of_libtorch("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes.");
  EXPECT_THAT(as_out_of_memory(of_libtorch, Role::kModel, *runtime_, Work::kSpeech)->what(),
              AllOf(HasSubstr("shorter texts"), Not(HasSubstr("--device cpu")), Not(HasSubstr("--batch-size"))));
}

TEST_F(AsOutOfMemory, OtherErrorsAreNone) {
  EXPECT_EQ(message_of(std::runtime_error("CUDA error: an illegal memory access was encountered")), "");
}

TEST_F(AsOutOfMemory, WorkOfARoleThrowsTheTypedErrorAndEveryOtherAsItWas) {
  const auto run = [&](const char* message) {
    translate_out_of_memory(Role::kData, *runtime_, [&] { throw std::runtime_error(message); });
  };
  EXPECT_THROW(run("CUDA error: out of memory"), core::OutOfMemoryError);
  const auto refuse = [] { throw AllocationRefused({Role::kData, "CPU", 2, 1, 0, 1, 0, false}); };
  EXPECT_THROW(translate_out_of_memory(Role::kData, *runtime_, refuse), core::OutOfMemoryError);
  EXPECT_THROW(run("another"), std::runtime_error);
  EXPECT_EQ(translate_out_of_memory(Role::kData, *runtime_, [] { return 7; }), 7);
}

}  // namespace
}  // namespace myxtts::device
