#include "device/role_allocator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/nn/modules/linear.h>
#include <torch/optim/adamw.h>

#include <thread>
#include <vector>

#include "device/out_of_memory.hpp"

namespace myxtts::device {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kMegabyte = 1 << 20;

torch::Tensor bytes_of(std::int64_t count) { return torch::empty({count}, torch::kUInt8); }

class RoleAllocatorTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { install_role_allocator(); }
  void TearDown() override {
    for (const Role role : {Role::kNone, Role::kData, Role::kModel}) set_cap(role, 0);
  }
};

TEST_F(RoleAllocatorTest, RoleScopesNest) {
  EXPECT_EQ(current_role(), Role::kNone);
  {
    const RoleScope outer(Role::kData);
    {
      const RoleScope inner(Role::kModel);
      EXPECT_EQ(current_role(), Role::kModel);
    }
    EXPECT_EQ(current_role(), Role::kData);
  }
  EXPECT_EQ(current_role(), Role::kNone);
}

TEST_F(RoleAllocatorTest, StorageTagsTellTheThreadsApart) {
  torch::Tensor data;
  torch::Tensor model;
  const auto make = [](Role role, torch::Tensor& tensor) {
    const RoleScope scope(role);
    tensor = torch::randn({100}).mul(2).cumsum(0);
  };
  std::thread data_thread(make, Role::kData, std::ref(data));
  std::thread model_thread(make, Role::kModel, std::ref(model));
  data_thread.join();
  model_thread.join();
  EXPECT_EQ(role_of(data), Role::kData);
  EXPECT_EQ(role_of(model), Role::kModel);
  EXPECT_EQ(role_of(data.view({10, 10})[3]), Role::kData);  // a view has its storage's role
  EXPECT_EQ(role_of(torch::zeros({1})), Role::kNone);
}

TEST_F(RoleAllocatorTest, MemoryOfOthersHasNoRole) {
  const RoleScope scope(Role::kModel);
  std::vector<float> samples(8);
  EXPECT_EQ(role_of(torch::from_blob(samples.data(), {8})), Role::kNone);
  EXPECT_EQ(role_of(torch::Tensor()), Role::kNone);
  EXPECT_EQ(role_of(torch::empty({0})), Role::kModel);
}

// Convolutions take their scratch memory through the raw interface, where the address is all that comes back.
TEST_F(RoleAllocatorTest, RawMemoryIsCountedAndGivenBack) {
  const RoleScope scope(Role::kModel);
  const std::int64_t before = live_bytes(Role::kModel);
  c10::Allocator& allocator = *c10::GetAllocator(torch::kCPU);
  void* memory = allocator.raw_allocate(1000);
  EXPECT_EQ(live_bytes(Role::kModel), before + 1000);
  allocator.raw_deallocate(memory);
  EXPECT_EQ(live_bytes(Role::kModel), before);
  EXPECT_TRUE(torch::conv1d(torch::ones({8, 80, 192}), torch::ones({128, 80, 3}), {}, 2, 1).defined());
}

TEST_F(RoleAllocatorTest, GradientsAndOptimiserStateCarryTheCallersRole) {
  const RoleScope scope(Role::kModel);
  torch::nn::Linear layer(8, 4);
  torch::optim::AdamW optimiser(layer->parameters());
  layer(torch::randn({3, 8})).square().sum().backward();
  optimiser.step();
  for (const torch::Tensor& parameter : layer->parameters()) {
    EXPECT_EQ(role_of(parameter), Role::kModel);
    EXPECT_EQ(role_of(parameter.grad()), Role::kModel);
    const auto& state =
        static_cast<torch::optim::AdamWParamState&>(*optimiser.state().at(parameter.unsafeGetTensorImpl()));
    EXPECT_EQ(role_of(state.exp_avg()), Role::kModel);
    EXPECT_EQ(role_of(state.exp_avg_sq()), Role::kModel);
  }
}

TEST_F(RoleAllocatorTest, FreesCountForTheRoleThatAllocated) {
  const std::int64_t before = live_bytes(Role::kData);
  torch::Tensor tensor;
  {
    const RoleScope scope(Role::kData);
    tensor = bytes_of(kMegabyte);
  }
  EXPECT_EQ(live_bytes(Role::kData), before + kMegabyte);
  std::thread([&] {
    const RoleScope scope(Role::kModel);
    tensor.reset();
  }).join();
  EXPECT_EQ(live_bytes(Role::kData), before);
}

TEST_F(RoleAllocatorTest, ResizedAndClonedStoragesAreCounted) {
  const RoleScope scope(Role::kData);
  const std::int64_t before = live_bytes(Role::kData);
  {
    torch::Tensor tensor = bytes_of(kMegabyte);
    tensor.resize_({2 * kMegabyte});
    const torch::Tensor copy = tensor.clone();
    EXPECT_EQ(live_bytes(Role::kData), before + 4 * kMegabyte);
    EXPECT_EQ(role_of(tensor), Role::kData);
    EXPECT_EQ(role_of(copy), Role::kData);
  }
  EXPECT_EQ(live_bytes(Role::kData), before);
}

TEST_F(RoleAllocatorTest, PeakIsTheMostThatWasLive) {
  const RoleScope scope(Role::kModel);
  reset_peak_bytes(Role::kModel);
  const std::int64_t before = live_bytes(Role::kModel);
  { const torch::Tensor two = bytes_of(2 * kMegabyte); }
  { const torch::Tensor one = bytes_of(kMegabyte); }
  EXPECT_EQ(peak_bytes(Role::kModel), before + 2 * kMegabyte);
  reset_peak_bytes(Role::kModel);
  EXPECT_EQ(peak_bytes(Role::kModel), before);
}

TEST_F(RoleAllocatorTest, AllocationOverTheCapNamesAllThatMatters) {
  const RoleScope scope(Role::kData);
  set_cap(Role::kData, live_bytes(Role::kData) + 4 * kMegabyte);
  const torch::Tensor held = bytes_of(3 * kMegabyte);
  try {
    (void)bytes_of(2 * kMegabyte);
    FAIL() << "the cap was exceeded";
  } catch (const AllocationRefused& error) {
    EXPECT_THAT(error.what(), HasSubstr("data role"));
    EXPECT_THAT(error.what(), HasSubstr("cap of 4.000 MB"));
    EXPECT_THAT(error.what(), HasSubstr("2.000 MB asked for with 3.000 MB in use"));
    EXPECT_THAT(error.what(), HasSubstr("--data-gpu-memory"));
  }
}

TEST_F(RoleAllocatorTest, ProcessGoesOnAfterTheCapWasHit) {
  const std::int64_t before = live_bytes(Role::kModel);
  {
    const RoleScope scope(Role::kModel);
    set_cap(Role::kModel, before + kMegabyte);
    EXPECT_THROW((void)torch::ones({kMegabyte}), c10::OutOfMemoryError);  // which libtorch knows how to go on from
    EXPECT_EQ(live_bytes(Role::kModel), before);
    EXPECT_NO_THROW((void)bytes_of(kMegabyte));  // exactly the cap
    const RoleScope other(Role::kData);
    EXPECT_NO_THROW((void)bytes_of(8 * kMegabyte));  // the other role is untouched
  }
  EXPECT_EQ(live_bytes(Role::kModel), before);
}

TEST_F(RoleAllocatorTest, OutOfMemoryInsideBackwardLeavesTheCountRight) {
  const RoleScope scope(Role::kModel);
  const std::int64_t before = live_bytes(Role::kModel);
  {
    const torch::Tensor weight = torch::ones({512, 512}, torch::requires_grad());
    const torch::Tensor loss = weight.exp().sum();
    set_cap(Role::kModel, live_bytes(Role::kModel) + 1024);
    EXPECT_THROW(loss.backward(), AllocationRefused);
    set_cap(Role::kModel, 0);
    EXPECT_NO_THROW(weight.exp().sum().backward());
  }
  EXPECT_EQ(live_bytes(Role::kModel), before);
}

}  // namespace
}  // namespace myxtts::device
