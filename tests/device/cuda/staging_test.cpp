#include <c10/cuda/CUDAGuard.h>

#include "device/cuda/peer_route.hpp"
#include "device/cuda/pinned_staging.hpp"
#include "gpu_test.hpp"

namespace myxtts::device {
namespace {

// Between two streams of one GPU, which order nothing by themselves either.
class GpuStaging : public GpuTest {};

TEST_F(GpuStaging, TensorsOfAnySizeArriveWholeAndTheHostDoesNotWait) {
  PinnedStaging staging;
  const auto from = c10::cuda::getStreamFromPool(false, 0);
  const auto to = c10::cuda::getStreamFromPool(false, 0);
  for (const std::int64_t bytes : {std::int64_t{1}, PinnedStaging::kSlotBytes, 5 * PinnedStaging::kSlotBytes + 13}) {
    const torch::Tensor source = torch::randint(256, {bytes}, torch::dtype(torch::kUInt8).device(torch::kCUDA));
    const torch::Tensor destination = torch::zeros_like(source);
    c10::cuda::device_synchronize();
    {
      const c10::cuda::CUDAStreamGuard guard(from);
      delay(50);
    }
    staging.copy(destination, source, from, to);
    EXPECT_FALSE(from.query());
    to.synchronize();
    EXPECT_TRUE(torch::equal(destination, source)) << bytes;
  }
}

// The next one gets the same memory from libtorch's cache.
TEST_F(GpuStaging, PageLockedMemoryIsGivenBackOnlyWhenItsCopiesAreDone) {
  const auto from = c10::cuda::getStreamFromPool(false, 0);
  const auto to = c10::cuda::getStreamFromPool(false, 0);
  const torch::Tensor first = bytes_on_gpu(kMegabyte).fill_(1);
  const torch::Tensor second = bytes_on_gpu(kMegabyte).fill_(2);
  const torch::Tensor destination = torch::zeros_like(first);
  const torch::Tensor other = torch::zeros_like(second);
  c10::cuda::device_synchronize();
  {
    PinnedStaging staging;
    const c10::cuda::CUDAStreamGuard guard(to);
    delay(50);
    staging.copy(destination, first, from, to);
  }
  PinnedStaging().copy(other, second, from, from);
  to.synchronize();
  EXPECT_TRUE((destination == 1).all().item<bool>());
}

TEST_F(GpuStaging, OneGpuNeedsNoRoute) {
  const torch::Device gpu(torch::kCUDA, 0);
  EXPECT_EQ(find_route(gpu, gpu), TransferRoute::kLocal);
  EXPECT_EQ(runtime_->route(), TransferRoute::kLocal);
}

TEST_F(GpuStaging, TwoGpusExchangeBatchesByTheRouteThatWasFound) {
  if (c10::cuda::device_count() < 2) GTEST_SKIP() << "one GPU only";
  RuntimeOptions options;
  options.data_device = torch::Device(torch::kCUDA, 0);
  options.model_device = torch::Device(torch::kCUDA, 1);
  const auto runtime = make_cuda_runtime(options);
  EXPECT_NE(runtime->route(), TransferRoute::kLocal);
  const auto session = runtime->enter(Role::kData);
  const torch::Tensor source =
      torch::randint(256, {20 * kMegabyte}, torch::dtype(torch::kUInt8).device(torch::kCUDA, 0));
  const torch::Tensor buffer = runtime->allocate_transfer_buffer(source.numel());
  runtime->wait_on_device(runtime->record(Stream::kData), Stream::kTransfer);
  runtime->copy_async(buffer, source);
  runtime->wait_on_host(runtime->record(Stream::kTransfer));
  EXPECT_TRUE(torch::equal(buffer.cpu(), source.cpu()));
}

}  // namespace
}  // namespace myxtts::device
