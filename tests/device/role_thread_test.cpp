#include "device/role_thread.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.hpp"
#include "device/delegating_runtime.hpp"
#include "device/role_allocator.hpp"

namespace myxtts::device {
namespace {

// Notes which stream's work the host waited for.
class NotingRuntime final : public DelegatingRuntime {
 public:
  using DelegatingRuntime::DelegatingRuntime;
  Event record(Stream stream) override {
    recorded = stream;
    return DelegatingRuntime::record(stream);
  }
  void wait_on_host(const Event&) override { waited_for.push_back(recorded); }

  Stream recorded = Stream::kTransfer;
  std::vector<Stream> waited_for;
};

class RoleThread : public ::testing::Test {
 protected:
  std::unique_ptr<DeviceRuntime> cpu_ = make_cpu_runtime({});
  NotingRuntime runtime_{*cpu_};
};

TEST_F(RoleThread, WhatItLeftToTheDeviceIsDoneWhenItReturns) {
  for (const Role role : {Role::kData, Role::kModel}) {
    run_as(runtime_, role, [&] {
      EXPECT_EQ(current_role(), role);
      EXPECT_TRUE(runtime_.waited_for.empty());
    });
    EXPECT_THAT(runtime_.waited_for, ::testing::ElementsAre(role == Role::kData ? Stream::kData : Stream::kModel));
    runtime_.waited_for.clear();
  }
}

TEST_F(RoleThread, MemoryThatRunsOutIsTheTypedError) {
  set_cap(Role::kData, 1);
  EXPECT_THROW(run_as(runtime_, Role::kData, [] { (void)torch::ones({2}); }), core::OutOfMemoryError);
  set_cap(Role::kData, 0);
}

TEST_F(RoleThread, OtherFailuresArriveAsTheyWere) {
  EXPECT_THROW(run_as(runtime_, Role::kModel, [] { throw core::DataError("bad"); }), core::DataError);
}

}  // namespace
}  // namespace myxtts::device
