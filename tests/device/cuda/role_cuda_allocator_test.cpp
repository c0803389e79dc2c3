// The allocator in front of a fake of libtorch's, so that all but CUDA itself is tested where there is no GPU.

#include "device/cuda/role_cuda_allocator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <random>
#include <thread>
#include <vector>

#include "device/out_of_memory.hpp"

namespace myxtts::device {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::int64_t kMegabyte = 1 << 20;
constexpr std::size_t kBlock = 512;

// Hands out host memory as libtorch's allocator hands out a GPU's, up to what a GPU has.
class FakeGpuAllocator final : public DelegatingCudaAllocator {
 public:
  using DelegatingCudaAllocator::recordStream;

  FakeGpuAllocator() : DelegatingCudaAllocator(*c10::cuda::CUDACachingAllocator::get()) {}

  void* raw_alloc_with_stream(std::size_t bytes, cudaStream_t) override {
    ++requests;
    TORCH_CHECK_WITH(OutOfMemoryError, static_cast<std::int64_t>(bytes) <= free_bytes, "CUDA out of memory.");
    return std::aligned_alloc(kBlock, (bytes + kBlock - 1) / kBlock * kBlock);
  }
  void raw_delete(void* memory) override {
    ++frees;
    std::free(memory);
    TORCH_CHECK(!has_failed, "CUDA error: unspecified launch failure");
  }
  c10::DeleterFnPtr raw_deleter() const override { return &own_deleter; }
  void recordStream(const c10::DataPtr& memory, c10::cuda::CUDAStream) override {
    if (memory.get_deleter() == &own_deleter) used.push_back(memory.get());  // as libtorch's does
  }
  c10::CachingDeviceAllocator::DeviceStats getDeviceStats(c10::DeviceIndex) override {
    c10::CachingDeviceAllocator::DeviceStats stats;
    stats.reserved_bytes[0].current = reserved;
    return stats;
  }
  double getMemoryFraction(c10::DeviceIndex) override { return fraction; }
  std::pair<std::size_t, std::size_t> getMemoryInfo(c10::DeviceIndex) override {
    return {static_cast<std::size_t>(free_bytes), 100 * static_cast<std::size_t>(kMegabyte)};
  }

  std::int64_t free_bytes = 100 * kMegabyte;
  std::int64_t reserved = 0;
  double fraction = 1;
  bool has_failed = false;  // as a GPU after an error: every call throws
  std::atomic<int> requests = 0;
  std::atomic<int> frees = 0;
  std::vector<void*> used;

 private:
  static void own_deleter(void* memory) { std::free(memory); }
};

class RoleCudaAllocatorTest : public testing::Test {
 protected:
  static cudaStream_t stream(std::uintptr_t number) { return reinterpret_cast<cudaStream_t>(number); }
  static c10::cuda::CUDAStream some_stream() {
    return c10::cuda::CUDAStream(c10::cuda::CUDAStream::UNCHECKED,
                                 c10::Stream(c10::Stream::DEFAULT, torch::Device(torch::kCUDA, 0)));
  }

  RoleCudaAllocatorTest() {
    allocator_.assign(kDataStream, Role::kData);
    allocator_.assign(kModelStream, Role::kModel);
  }

  std::int64_t live(Role role) { return allocator_.account(role).live(); }

  const cudaStream_t kDataStream = stream(0x10);
  const cudaStream_t kModelStream = stream(0x20);
  const cudaStream_t kOtherStream = stream(0x30);
  FakeGpuAllocator gpu_;
  RoleCudaAllocator allocator_{gpu_};
};

TEST_F(RoleCudaAllocatorTest, StreamTellsTheRoleWhateverTheThread) {
  const RoleScope scope(Role::kData);  // as autograd's threads: they work for no role, or another
  void* memory = allocator_.raw_alloc_with_stream(1000, kModelStream);
  EXPECT_EQ(allocator_.role_of(memory), Role::kModel);
  EXPECT_EQ(live(Role::kModel), 1024);  // in blocks
  EXPECT_EQ(live(Role::kData), 0);
  allocator_.raw_delete(memory);
  EXPECT_EQ(live(Role::kModel), 0);
}

TEST_F(RoleCudaAllocatorTest, OnAStreamOfNobodyTheThreadsRoleCounts) {
  void* of_nobody = allocator_.raw_alloc_with_stream(1, kOtherStream);
  void* of_data = nullptr;
  {
    const RoleScope scope(Role::kData);
    of_data = allocator_.raw_alloc_with_stream(1, kOtherStream);
  }
  EXPECT_EQ(allocator_.role_of(of_nobody), Role::kNone);
  EXPECT_EQ(allocator_.role_of(of_data), Role::kData);
  allocator_.raw_delete(of_nobody);
  allocator_.raw_delete(of_data);
}

TEST_F(RoleCudaAllocatorTest, AForgottenStreamIsNobodys) {
  allocator_.forget(kDataStream);
  void* memory = allocator_.raw_alloc_with_stream(1, kDataStream);
  EXPECT_EQ(allocator_.role_of(memory), Role::kNone);
  allocator_.raw_delete(memory);
}

TEST_F(RoleCudaAllocatorTest, FreesCountForTheRoleThatWasCharged) {
  void* memory = allocator_.raw_alloc_with_stream(kMegabyte, kDataStream);
  std::jthread([&] {
    const RoleScope scope(Role::kModel);
    allocator_.raw_deleter()(memory);
  }).join();
  EXPECT_EQ(live(Role::kData), 0);
  EXPECT_EQ(live(Role::kModel), 0);
  EXPECT_EQ(gpu_.frees, 1);
}

TEST_F(RoleCudaAllocatorTest, OverTheCapLibtorchIsNotAsked) {
  allocator_.account(Role::kData).set_cap(4 * kMegabyte);
  void* held = allocator_.raw_alloc_with_stream(3 * kMegabyte, kDataStream);
  try {
    (void)allocator_.raw_alloc_with_stream(2 * kMegabyte, kDataStream);
    FAIL() << "the cap was exceeded";
  } catch (const AllocationRefused& error) {
    EXPECT_THAT(error.what(),
                AllOf(HasSubstr("data role"), HasSubstr("cap of 4.000 MB"),
                      HasSubstr("2.000 MB asked for with 3.000 MB in use"), HasSubstr("--data-gpu-memory")));
  }
  EXPECT_EQ(gpu_.requests, 1);
  void* of_model = allocator_.raw_alloc_with_stream(8 * kMegabyte, kModelStream);  // the other role is untouched
  void* rest = allocator_.raw_alloc_with_stream(kMegabyte, kDataStream);           // exactly the cap
  for (void* memory : {held, of_model, rest}) allocator_.raw_delete(memory);
}

TEST_F(RoleCudaAllocatorTest, OverheadBelongsToTheCap) {
  MemoryAccount& account = allocator_.account(Role::kModel);
  account.set_cap(4 * kMegabyte);
  account.set_overhead(3 * kMegabyte);
  EXPECT_THROW((void)allocator_.raw_alloc_with_stream(2 * kMegabyte, kModelStream), AllocationRefused);
  account.set_overhead(kMegabyte);  // measured: less than was reserved
  allocator_.raw_delete(allocator_.raw_alloc_with_stream(2 * kMegabyte, kModelStream));
}

TEST_F(RoleCudaAllocatorTest, AFullGpuIsTheTypedErrorAndLeavesTheCountRight) {
  allocator_.account(Role::kModel).set_cap(90 * kMegabyte);
  gpu_.free_bytes = kMegabyte;
  try {
    (void)allocator_.raw_alloc_with_stream(2 * kMegabyte, kModelStream);
    FAIL() << "there was no room";
  } catch (const AllocationRefused& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("model role"), HasSubstr("full before the cap of 90.000 MB")));
  }
  EXPECT_EQ(live(Role::kModel), 0);
}

TEST_F(RoleCudaAllocatorTest, WhatIsKeptForReuseCountsWhereLibtorchRefusesForTheCap) {
  allocator_.account(Role::kModel).set_cap(50 * kMegabyte);
  gpu_.fraction = 0.5;
  gpu_.reserved = 49 * kMegabyte;
  gpu_.free_bytes = kMegabyte;
  try {
    (void)allocator_.raw_alloc_with_stream(2 * kMegabyte, kModelStream);
    FAIL() << "there was no room";
  } catch (const AllocationRefused& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("at most the cap of 50.000 MB"), HasSubstr("49.000 MB kept for reuse"),
                                    HasSubstr("--model-gpu-memory")));
  }
}

// Without this a block could be handed out again while a copy on another stream still reads it.
TEST_F(RoleCudaAllocatorTest, UseByAnotherStreamReachesLibtorch) {
  void* memory = allocator_.raw_alloc_with_stream(1, kDataStream);
  {
    const c10::DataPtr owner(memory, memory, allocator_.raw_deleter(), torch::Device(torch::kCUDA, 0));
    allocator_.recordStream(owner, some_stream());
    EXPECT_THAT(gpu_.used, ElementsAre(memory));
    EXPECT_EQ(gpu_.frees, 0);
  }
  EXPECT_EQ(gpu_.frees, 1);
}

TEST_F(RoleCudaAllocatorTest, MemoryFromBeforeIsLeftToLibtorch) {
  void* memory = gpu_.raw_alloc_with_stream(1, kDataStream);
  EXPECT_EQ(allocator_.role_of(memory), Role::kNone);
  const c10::DataPtr owner(memory, nullptr, gpu_.raw_deleter(), torch::Device(torch::kCUDA, 0));
  allocator_.recordStream(owner, some_stream());
  EXPECT_THAT(gpu_.used, ElementsAre(memory));
  allocator_.raw_delete(memory);
  EXPECT_EQ(gpu_.frees, 1);
  EXPECT_EQ(live(Role::kData), 0);
}

TEST_F(RoleCudaAllocatorTest, AnErrorWhileMemoryIsFreedIsThrownByTheNextAllocationInstead) {
  void* memory = allocator_.raw_alloc_with_stream(1, kDataStream);
  gpu_.has_failed = true;
  { const c10::DataPtr owner(memory, memory, allocator_.raw_deleter(), torch::Device(torch::kCUDA, 0)); }
  EXPECT_EQ(live(Role::kData), 0);
  try {
    (void)allocator_.raw_alloc_with_stream(1, kModelStream);
    FAIL() << "the error was lost";
  } catch (const c10::Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("unspecified launch failure"));
  }
  gpu_.has_failed = false;
  allocator_.raw_delete(allocator_.raw_alloc_with_stream(1, kModelStream));  // it is thrown once
}

TEST_F(RoleCudaAllocatorTest, NothingIsAskedForNothing) {
  EXPECT_EQ(allocator_.raw_alloc_with_stream(0, kDataStream), nullptr);
  allocator_.raw_delete(nullptr);
  EXPECT_EQ(gpu_.requests, 0);
}

TEST_F(RoleCudaAllocatorTest, RandomSchedulesOfBothRolesNeverExceedACap) {
  constexpr std::int64_t kCap = 150'000;
  const auto work = [&](std::uint64_t seed, cudaStream_t on) {
    std::mt19937_64 random(seed);
    std::vector<void*> held;
    for (int step = 0; step < 2000; ++step) {
      if (!held.empty() && random() % 3 == 0) {
        std::swap(held[random() % held.size()], held.back());
        allocator_.raw_delete(held.back());
        held.pop_back();
        continue;
      }
      try {
        held.push_back(allocator_.raw_alloc_with_stream(1 + random() % 40'000, on));
      } catch (const AllocationRefused&) {
      }
    }
    for (void* memory : held) allocator_.raw_delete(memory);
  };
  for (const Role role : {Role::kData, Role::kModel}) allocator_.account(role).set_cap(kCap);
  {
    std::vector<std::jthread> threads;
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
      threads.emplace_back(work, seed, seed % 2 == 0 ? kDataStream : kModelStream);
    }
  }
  for (const Role role : {Role::kData, Role::kModel}) {
    EXPECT_LE(allocator_.account(role).peak(), kCap);
    EXPECT_GT(allocator_.account(role).peak(), kCap * 9 / 10);
    EXPECT_EQ(live(role), 0);
  }
}

}  // namespace
}  // namespace myxtts::device
