#include <gmock/gmock.h>

#include <optional>
#include <thread>

#include "device/cuda/role_cuda_allocator.hpp"
#include "device/out_of_memory.hpp"
#include "gpu_test.hpp"

namespace myxtts::device {
namespace {

using testing::HasSubstr;

// 1 GiB of overhead at first: half of it belongs to each role, as the caps are alike.
class GpuCaps : public GpuTest {
 protected:
  static constexpr std::int64_t kCap = 1536 * kMegabyte;

  RuntimeOptions options() const override {
    RuntimeOptions options = GpuTest::options();
    options.data_cap_bytes = kCap;
    options.model_cap_bytes = kCap;
    options.process_bytes = [this](Role) { return process_bytes_; };
    return options;
  }

  // More of this role's memory than its cap still allows, by so much.
  std::int64_t over_cap(Role role, std::int64_t excess) const {
    const MemoryUse use = runtime_->memory(role);
    return use.cap - use.overhead - use.live + excess;
  }

  std::optional<std::int64_t> process_bytes_;
};

TEST_F(GpuCaps, EachRoleIsServedUnderItsCapAndRefusedOver) {
  for (const Role role : {Role::kData, Role::kModel}) {
    const auto session = runtime_->enter(role);
    EXPECT_NO_THROW((void)bytes_on_gpu(over_cap(role, -kMegabyte)));
    try {
      (void)bytes_on_gpu(over_cap(role, kMegabyte));
      FAIL() << name_of(role) << ": the cap was exceeded";
    } catch (const AllocationRefused& error) {
      EXPECT_THAT(error.what(), HasSubstr(std::string(name_of(role)) + " role"));
      EXPECT_THAT(error.what(), HasSubstr("cap of 1536.000 MB"));
      EXPECT_THAT(error.what(), HasSubstr("cuda:0"));
    }
    EXPECT_NO_THROW((void)bytes_on_gpu(kMegabyte));  // the process goes on
  }
}

TEST_F(GpuCaps, MemoryKeptForReuseIsGivenBackBeforeARequestIsRefused) {
  const auto session = runtime_->enter(Role::kModel);
  for (int round = 0; round < 8; ++round) (void)bytes_on_gpu((100 + 30 * round) * kMegabyte);  // each kept when freed
  EXPECT_NO_THROW((void)bytes_on_gpu(over_cap(Role::kModel, -kMegabyte)));
}

TEST_F(GpuCaps, SumIsBoundedForMemoryOfNobodyToo) { EXPECT_THROW((void)bytes_on_gpu(2 * kCap), AllocationRefused); }

TEST_F(GpuCaps, BackwardCountsForTheModelThoughItRunsInOtherThreads) {
  RoleCudaAllocator& allocator = RoleCudaAllocator::install();
  const auto session = runtime_->enter(Role::kModel);
  const torch::Tensor weight = torch::ones({1024, 1024}, torch::device(torch::kCUDA).requires_grad(true));
  const std::int64_t data_before = runtime_->memory(Role::kData).live;
  torch::mm(weight, weight).square().sum().backward();
  EXPECT_EQ(allocator.role_of(weight.grad().data_ptr()), Role::kModel);
  EXPECT_EQ(runtime_->memory(Role::kData).live, data_before);
  EXPECT_GE(runtime_->memory(Role::kModel).live, 8 * kMegabyte);
}

TEST_F(GpuCaps, OutOfMemoryInsideBackwardIsTheTypedErrorAndLeavesTheCountRight) {
  const auto session = runtime_->enter(Role::kModel);
  const std::int64_t before = runtime_->memory(Role::kModel).live;
  {
    const torch::Tensor weight = torch::ones({100 * kMegabyte}, torch::device(torch::kCUDA).requires_grad(true));
    const torch::Tensor loss = weight.exp().sum();  // 400 MB each; the backward pass needs as much again
    EXPECT_THROW(loss.backward(), AllocationRefused);
  }
  EXPECT_EQ(runtime_->memory(Role::kModel).live, before);
}

TEST_F(GpuCaps, MeasuredOverheadTakesTheReservesPlace) {
  const auto both = [&] { return runtime_->memory(Role::kData).overhead + runtime_->memory(Role::kModel).overhead; };
  EXPECT_EQ(both(), 1024 * kMegabyte);
  const auto stats = c10::cuda::CUDACachingAllocator::getDeviceStats(0);
  process_bytes_ = stats.reserved_bytes[0].current + 300 * kMegabyte;
  runtime_->measure_overhead();
  EXPECT_EQ(both(), 300 * kMegabyte);
}

TEST_F(GpuCaps, TransferBuffersAreTheModels) {
  const auto session = runtime_->enter(Role::kData);
  const std::int64_t before = runtime_->memory(Role::kModel).live;
  const torch::Tensor buffer = runtime_->allocate_transfer_buffer(kMegabyte);
  EXPECT_EQ(runtime_->memory(Role::kModel).live, before + kMegabyte);
  EXPECT_THROW((void)runtime_->allocate_transfer_buffer(over_cap(Role::kModel, kMegabyte)), AllocationRefused);
}

// Or what the calling thread allocates next could get a buffer's memory that is still written.
TEST_F(GpuCaps, MemoryOfTransferBuffersStaysWithTheTransferStream) {
  const auto session = runtime_->enter(Role::kData);
  torch::Tensor buffer = runtime_->allocate_transfer_buffer(kMegabyte);
  const void* const address = buffer.data_ptr();
  buffer = torch::Tensor();
  c10::cuda::device_synchronize();  // no stream uses it any more
  EXPECT_NE(bytes_on_gpu(kMegabyte).data_ptr(), address);
  EXPECT_EQ(runtime_->allocate_transfer_buffer(kMegabyte).data_ptr(), address);
}

TEST_F(GpuCaps, SourceOfACopyIsNotHandedOutAgainBeforeItWasRead) {
  const auto session = runtime_->enter(Role::kData);
  const torch::Tensor buffer = runtime_->allocate_transfer_buffer(kMegabyte);
  torch::Tensor source = torch::full({kMegabyte}, 7, torch::dtype(torch::kUInt8).device(torch::kCUDA));
  runtime_->wait_on_device(runtime_->record(Stream::kData), Stream::kTransfer);
  {
    const auto model = runtime_->enter(Role::kModel);
    delay(50);
    runtime_->wait_on_device(runtime_->record(Stream::kModel), Stream::kTransfer);
  }
  runtime_->copy_async(buffer, source);  // waits for the delay
  const void* const address = source.data_ptr();
  source = torch::Tensor();
  const torch::Tensor other = torch::zeros({kMegabyte}, torch::dtype(torch::kUInt8).device(torch::kCUDA));
  EXPECT_NE(other.data_ptr(), address);
  runtime_->wait_on_host(runtime_->record(Stream::kTransfer));
  EXPECT_TRUE((buffer == 7).all().item<bool>());
}

}  // namespace
}  // namespace myxtts::device
