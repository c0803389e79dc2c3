#include "gpu_test.hpp"

namespace myxtts::device {
namespace {

class GpuClock : public GpuTest {};

TEST_F(GpuClock, AnEventHasNoTimeBeforeItPasses) {
  const auto session = runtime_->enter(Role::kModel);
  delay(50);
  const Event event = runtime_->record_timed(Stream::kModel);
  EXPECT_FALSE(runtime_->seconds_of(event));
  runtime_->wait_on_host(event);
  EXPECT_TRUE(runtime_->seconds_of(event));
  EXPECT_FALSE(runtime_->seconds_of(runtime_->record(Stream::kModel)));  // not timed
}

TEST_F(GpuClock, TimesOfAStreamDoNotDecreaseAndAgreeWithTheHosts) {
  const auto session = runtime_->enter(Role::kModel);
  double last = -1;
  for (int i = 0; i < 200; ++i) {
    delay(5);
    const Event event = runtime_->record_timed(Stream::kModel);
    runtime_->wait_on_host(event);
    const double passed = runtime_->seconds_of(event).value();
    EXPECT_GT(passed, last);
    EXPECT_NEAR(passed, runtime_->now_seconds(), 0.005);
    last = passed;
  }
}

TEST_F(GpuClock, CopiesRunWhileTheModelComputes) {
  const auto session = runtime_->enter(Role::kModel);
  const torch::Tensor buffer = runtime_->allocate_transfer_buffer(64 * kMegabyte);
  const torch::Tensor source = bytes_on_gpu(64 * kMegabyte);
  runtime_->copy_async(buffer, source);
  c10::cuda::device_synchronize();
  const Event begun = runtime_->record_timed(Stream::kModel);
  delay(200);
  const Event computed = runtime_->record_timed(Stream::kModel);
  runtime_->copy_async(buffer, source);
  const Event copied = runtime_->record_timed(Stream::kTransfer);
  runtime_->wait_on_host(computed);
  runtime_->wait_on_host(copied);
  EXPECT_GT(runtime_->seconds_of(copied).value(), runtime_->seconds_of(begun).value());
  EXPECT_LT(runtime_->seconds_of(copied).value(), runtime_->seconds_of(computed).value());
}

}  // namespace
}  // namespace myxtts::device
