#include "device/cuda/device_clock.hpp"

#include <utility>

namespace myxtts::device {
namespace {

constexpr double kAnchorSeconds = 8;  // an anchor's age at which the next one is recorded

double seconds_between(const c10::cuda::CUDAEvent& begin, const c10::cuda::CUDAEvent& end) {
  return static_cast<double>(begin.elapsed_time(end)) * 1e-3;
}

}  // namespace

DeviceClock::DeviceClock(c10::cuda::CUDAStream stream, const core::Stopwatch& watch) : watch_(watch) {
  auto anchor = std::make_shared<ClockAnchor>();
  stream.synchronize();
  anchor->event.record(stream);
  anchor->event.synchronize();
  anchor->seconds = watch.seconds();
  anchor_ = std::move(anchor);
}

std::shared_ptr<CudaEventState> DeviceClock::record(c10::cuda::CUDAStream stream) {
  auto state = std::make_shared<CudaEventState>(cudaEventDefault);
  state->event.record(stream);
  const std::scoped_lock lock(mutex_);
  state->anchor = anchor_;
  move_anchor(stream);
  return state;
}

void DeviceClock::move_anchor(c10::cuda::CUDAStream stream) {
  if (next_anchor_ == nullptr) {
    if (watch_.seconds() - anchor_->seconds < kAnchorSeconds) return;
    next_anchor_ = std::make_shared<ClockAnchor>();
    next_anchor_->event.record(stream);
  } else if (next_anchor_->event.query()) {
    next_anchor_->seconds = anchor_->seconds + seconds_between(anchor_->event, next_anchor_->event);
    anchor_ = std::exchange(next_anchor_, nullptr);
  }
}

std::optional<double> DeviceClock::seconds_of(const CudaEventState& state) {
  if (state.anchor == nullptr || !state.event.query()) return std::nullopt;
  return state.anchor->seconds + seconds_between(state.anchor->event, state.event);
}

}  // namespace myxtts::device
