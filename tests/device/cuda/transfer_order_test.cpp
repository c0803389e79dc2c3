#include <utility>
#include <variant>

#include "device/delegating_runtime.hpp"
#include "gpu_test.hpp"
#include "transfer/transfer_lane.hpp"

namespace myxtts::device {
namespace {

// A GPU's runtime that spoils a destination before it copies, and can leave out the order between the streams.
class PoisoningRuntime final : public DelegatingRuntime {
 public:
  PoisoningRuntime(DeviceRuntime& inner, bool ordered) : DelegatingRuntime(inner), ordered_(ordered) {}

  void wait_on_device(const Event& event, Stream stream) override {
    if (ordered_) DelegatingRuntime::wait_on_device(event, stream);
  }
  void copy_async(const torch::Tensor& destination, const torch::Tensor& source) override {
    DelegatingRuntime::copy_async(destination, poison_.expand_as(source));
    DelegatingRuntime::copy_async(destination, source);
  }

 private:
  bool ordered_;
  torch::Tensor poison_ = torch::full({1}, -1e6F, torch::kCUDA);
};

class GpuTransferOrder : public GpuTest {
 protected:
  static constexpr std::int64_t kRows = 4;
  static constexpr std::int64_t kFrames = 1000;

  torch::Tensor made_by_the_data_role(int value) {
    const auto session = runtime_->enter(Role::kData);
    return torch::full({kRows, kFrames}, static_cast<float>(value), torch::kCUDA);
  }

  contracts::Batch batch_of(int value) {
    contracts::Batch batch;
    batch.payload = contracts::CodecBatch{made_by_the_data_role(value).unsqueeze(1), made_by_the_data_role(value)};
    return batch;
  }

  // How many of the batches are not what was sent when the model reads them, `delay_ms` late.
  std::int64_t changed_batches(bool ordered, int batches, int delay_ms) {
    PoisoningRuntime runtime(*runtime_, ordered);
    c10::cuda::device_synchronize();
    transfer::TransferLane lane(runtime);
    const auto session = runtime_->enter(Role::kModel);
    const torch::Tensor sums = torch::zeros({batches}, torch::kCUDA);
    for (int i = 0; i < batches; ++i) {
      contracts::DeviceBatch moved = lane.move(batch_of(i));
      delay(delay_ms);
      const auto& codec = std::get<contracts::CodecBatch>(moved.batch.payload);
      sums.narrow(0, i, 1).copy_(((codec.mels == i).sum() + (codec.frame_weights == i).sum()).view(1));
      moved.lease.release();
    }
    return (sums != static_cast<float>(2 * kRows * kFrames)).sum().item<std::int64_t>();
  }
};

TEST_F(GpuTransferOrder, NoSlotIsWrittenWhileALateStepStillReadsIt) {
  EXPECT_EQ(changed_batches(/*ordered=*/true, 1000, 50), 0);
}

// A lane's buffers go back to the allocator, which may give them to the next lane at once.
TEST_F(GpuTransferOrder, NoBufferOfALaneThatEndedIsWrittenWhileALateStepStillReadsIt) {
  const auto session = runtime_->enter(Role::kModel);
  torch::Tensor unchanged;
  {
    transfer::TransferLane lane(*runtime_);
    contracts::DeviceBatch moved = lane.move(batch_of(1));
    delay(50);
    unchanged = (std::get<contracts::CodecBatch>(moved.batch.payload).mels == 1).sum();
    moved.lease.release();
  }
  transfer::TransferLane next(*runtime_);
  next.move(batch_of(2)).lease.release();
  EXPECT_EQ(unchanged.item<std::int64_t>(), kRows * kFrames);
}

TEST_F(GpuTransferOrder, WithoutTheEventsBatchesAreOverwritten) {
  EXPECT_GT(changed_batches(/*ordered=*/false, 40, 50), 0);
}

}  // namespace
}  // namespace myxtts::device
