#include "device/role_thread.hpp"

#include "gpu_test.hpp"

namespace myxtts::device {
namespace {

class GpuRoleThread : public GpuTest {};

TEST_F(GpuRoleThread, WhatItMadeMayBeReadOnAnyStream) {
  torch::Tensor made;
  run_as(*runtime_, Role::kData, [&] {
    delay(50);
    made = bytes_on_gpu(kMegabyte).fill_(7);
  });
  const auto session = runtime_->enter(Role::kModel);
  EXPECT_TRUE((made == 7).all().item<bool>());
}

}  // namespace
}  // namespace myxtts::device
