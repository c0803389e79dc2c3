#include "device/cuda/device_clock.hpp"

#include <limits>
#include <utility>

namespace myxtts::device {
namespace {

constexpr double kAnchorSeconds = 2;       // time between two anchors
constexpr double kPatienceSeconds = 1e-4;  // max time a thread spends on an anchor; most need a tenth of it

double seconds_between(const c10::cuda::CUDAEvent& begin, const c10::cuda::CUDAEvent& end) {
  return static_cast<double>(begin.elapsed_time(end)) * 1e-3;
}

}  // namespace

DeviceClock::DeviceClock(c10::DeviceIndex gpu, const core::Stopwatch& watch)
    : watch_(watch), stream_(c10::cuda::getStreamFromPool(/*isHighPriority=*/true, gpu)) {
  renew_anchor(std::numeric_limits<double>::infinity());
  renew_anchor(kPatienceSeconds);  // again, without the start-up time of the stream
}

void DeviceClock::renew_anchor(double patience_seconds) {
  auto anchor = std::make_shared<ClockAnchor>();
  anchor->event.create(stream_.device_index());
  const double before = watch_.seconds();
  renewal_seconds_ = before + kAnchorSeconds;
  anchor->event.record(stream_);
  while (!anchor->event.query()) {
    if (watch_.seconds() - before > patience_seconds) return;
  }
  const double after = watch_.seconds();
  if (after - before > patience_seconds) return;  // the driver was busy: the time of the event is not known
  anchor->seconds = (before + after) / 2;
  anchor_ = std::move(anchor);
}

std::shared_ptr<const ClockAnchor> DeviceClock::current_anchor() {
  const std::scoped_lock lock(mutex_);
  if (watch_.seconds() >= renewal_seconds_) renew_anchor(kPatienceSeconds);
  return anchor_;
}

std::shared_ptr<CudaEventState> DeviceClock::record(c10::cuda::CUDAStream stream) {
  auto state = std::make_shared<CudaEventState>(cudaEventDefault);
  state->anchor = current_anchor();
  state->event.record(stream);
  return state;
}

std::optional<double> DeviceClock::seconds_of(const CudaEventState& state) {
  if (state.anchor == nullptr || !state.event.query()) return std::nullopt;
  return state.anchor->seconds + seconds_between(state.anchor->event, state.event);
}

}  // namespace myxtts::device
