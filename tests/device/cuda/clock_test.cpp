#include <ctime>

#include "device/cuda/cuda_event.hpp"
#include "gpu_test.hpp"

namespace myxtts::device {
namespace {

class GpuClock : public GpuTest {};

// What this thread has used of a processor.
double processor_seconds() {
  timespec used{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + 1e-9 * static_cast<double>(used.tv_nsec);
}

TEST_F(GpuClock, AnEventHasNoTimeBeforeItPasses) {
  const auto session = runtime_->enter(Role::kModel);
  delay(50);
  const Event event = runtime_->record_timed(Stream::kModel);
  EXPECT_FALSE(runtime_->seconds_of(event));
  runtime_->wait_on_host(event);
  EXPECT_TRUE(runtime_->seconds_of(event));
  EXPECT_FALSE(runtime_->seconds_of(runtime_->record(Stream::kModel)));  // not timed
}

TEST_F(GpuClock, AHostThatWaitsLeavesItsCoreToOthers) {
  const auto session = runtime_->enter(Role::kModel);
  for (const bool is_timed : {false, true}) {
    delay(200);
    const Event event = is_timed ? runtime_->record_timed(Stream::kModel) : runtime_->record(Stream::kModel);
    const double before = processor_seconds();
    runtime_->wait_on_host(event);
    EXPECT_LT(processor_seconds() - before, 0.05);
  }
}

TEST_F(GpuClock, EventsAreUsedAgain) {
  const auto session = runtime_->enter(Role::kModel);
  for (const EventTiming timing : {EventTiming::kNone, EventTiming::kTimed}) {
    EventPool pool(timing);
    const auto stream = c10::cuda::getCurrentCUDAStream();
    EventPool::Lease lease = pool.record(stream);
    const CudaEvent* const first = lease.get();
    lease.reset();
    const EventPool::Lease again = pool.record(stream);
    EXPECT_EQ(again.get(), first);
    const EventPool::Lease other = pool.record(stream);
    EXPECT_NE(other.get(), first) << "the first one is in use";
  }
}

TEST_F(GpuClock, AnEventMayOutliveItsPool) {
  const auto session = runtime_->enter(Role::kModel);
  auto pool = std::make_unique<EventPool>(EventTiming::kNone);
  const EventPool::Lease event = pool->record(c10::cuda::getCurrentCUDAStream());
  pool.reset();
  event->wait_on_host();
  EXPECT_TRUE(event->has_passed());
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
