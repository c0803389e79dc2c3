#include "device/runtime.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <barrier>
#include <stdexcept>
#include <thread>

#include "core/error.hpp"
#include "device/out_of_memory.hpp"
#include "device/role_allocator.hpp"
#include "device/thread_budget.hpp"

namespace myxtts::device {
namespace {

RuntimeOptions options_with_threads(int data_threads, int model_threads) {
  RuntimeOptions options;
  options.data_threads = data_threads;
  options.model_threads = model_threads;
  return options;
}

int threads_of_an_operator() {
  int threads = 0;
  at::parallel_for(0, 1, 1, [](std::int64_t, std::int64_t) {});  // what makes libtorch set up a thread lazily
  threads = at::get_num_threads();
  return threads;
}

int niceness_of_this_thread() { return getpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid))); }

TEST(CpuRuntime, RolesHaveThreadBudgetsOfTheirOwnAtTheSameTime) {
  const auto runtime = make_cpu_runtime(options_with_threads(1, 2));
  std::barrier both_entered(2);
  int data_threads = 0;
  int model_threads = 0;
  const auto work = [&](Role role, int& threads) {
    const auto session = runtime->enter(role);
    both_entered.arrive_and_wait();
    threads = threads_of_an_operator();
    both_entered.arrive_and_wait();
  };
  std::thread data(work, Role::kData, std::ref(data_threads));
  std::thread model(work, Role::kModel, std::ref(model_threads));
  data.join();
  model.join();
  EXPECT_EQ(data_threads, 1);
  EXPECT_EQ(model_threads, 2);
}

TEST(CpuRuntime, SessionEndsWithTheThreadAsItWas) {
  const auto runtime = make_cpu_runtime(options_with_threads(1, 3));
  std::thread([&] {
    const ThreadBudget budget(2);
    {
      const auto session = runtime->enter(Role::kModel);
      EXPECT_EQ(current_role(), Role::kModel);
      EXPECT_EQ(at::get_num_threads(), 3);
    }
    EXPECT_EQ(current_role(), Role::kNone);
    EXPECT_EQ(at::get_num_threads(), 2);
  }).join();
}

TEST(CpuRuntime, OnlyTheDataRoleYields) {
  const auto runtime = make_cpu_runtime({});
  const int before = niceness_of_this_thread();
  if (before > 14) GTEST_SKIP() << "the process has the lowest priority already";
  std::thread([&] {
    const auto session = runtime->enter(Role::kModel);
    EXPECT_EQ(niceness_of_this_thread(), before);
  }).join();
  std::thread([&] {
    const auto session = runtime->enter(Role::kData);
    const int lowered = niceness_of_this_thread();
    EXPECT_EQ(lowered, before + 5);
    std::thread([&] {
      const auto inner = runtime->enter(Role::kData);
      EXPECT_EQ(niceness_of_this_thread(), lowered) << "a thread of the role's is lowered once";
    }).join();
  }).join();
  EXPECT_EQ(niceness_of_this_thread(), before);
}

TEST(CpuRuntime, CapsAndLiveBytesAreTheRoles) {
  RuntimeOptions options;
  options.model_cap_bytes = live_bytes(Role::kModel) + 1000;
  const auto runtime = make_cpu_runtime(options);
  EXPECT_THROW((void)runtime->allocate_transfer_buffer(1001), AllocationRefused);
  const std::int64_t before = runtime->memory(Role::kModel).live;
  const torch::Tensor buffer = runtime->allocate_transfer_buffer(1000);
  EXPECT_EQ(role_of(buffer), Role::kModel);
  EXPECT_EQ(runtime->memory(Role::kModel).live, before + 1000);
  EXPECT_GE(runtime->memory(Role::kModel).peak, before + 1000);
  set_cap(Role::kModel, 0);
}

TEST(CpuRuntime, CopiesAreDoneWhenTheyReturn) {
  const auto runtime = make_cpu_runtime({});
  torch::Tensor source = torch::arange(12).view({3, 4});
  const torch::Tensor destination = torch::empty({4, 3}, torch::kInt64);
  runtime->copy_async(destination, source.t());
  const Event copied = runtime->record(Stream::kTransfer);
  source.zero_();
  runtime->wait_on_device(copied, Stream::kModel);
  runtime->wait_on_host(copied);
  EXPECT_TRUE(torch::equal(destination, torch::arange(12).view({3, 4}).t()));
}

TEST(CpuRuntime, NoRoleHasNoDevice) {
  const auto runtime = make_cpu_runtime({});
  EXPECT_EQ(runtime->device(Role::kData), torch::Device(torch::kCPU));
  EXPECT_EQ(runtime->device(Role::kModel), torch::Device(torch::kCPU));
  EXPECT_THROW((void)runtime->device(Role::kNone), std::logic_error);
  EXPECT_THROW((void)runtime->threads(Role::kNone), std::logic_error);
  EXPECT_THROW((void)runtime->enter(Role::kNone), std::logic_error);
}

TEST(CpuFlavour, RefusesGpusByName) {
  RuntimeOptions options;
  EXPECT_NE(make_runtime(options), nullptr);
  options.model_device = torch::Device(torch::kCUDA, 1);
  try {
    (void)make_runtime(options);
    FAIL() << "a GPU was accepted";
  } catch (const core::DeviceError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("cuda:1"));
  }
  EXPECT_THROW((void)make_cpu_runtime(options), std::invalid_argument);
}

}  // namespace
}  // namespace myxtts::device
