#include "device/cuda/device_clock.hpp"

#include <limits>
#include <utility>

namespace myxtts::device {
namespace {

constexpr double kAnchorSeconds = 2;       // time between two anchors
constexpr double kPatienceSeconds = 1e-4;  // max time a thread spends on an anchor; most need a tenth of it

}  // namespace

DeviceClock::DeviceClock(c10::DeviceIndex gpu, const core::Stopwatch& watch)
    : watch_(watch), stream_(c10::cuda::getStreamFromPool(/*isHighPriority=*/true, gpu)) {
  renew_anchor(std::numeric_limits<double>::infinity());
  renew_anchor(kPatienceSeconds);  // again, without the start-up time of the stream
}

void DeviceClock::renew_anchor(double patience_seconds) {
  auto anchor = std::make_shared<ClockAnchor>();
  const double before = watch_.seconds();
  renewal_seconds_ = before + kAnchorSeconds;
  anchor->event.record(stream_);
  while (!anchor->event.has_passed()) {
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
  auto anchor = current_anchor();
  auto state = std::make_shared<CudaEventState>(events_.record(stream));
  state->anchor = std::move(anchor);
  return state;
}

std::optional<double> DeviceClock::seconds_of(const CudaEventState& state) {
  if (state.anchor == nullptr || !state.event->has_passed()) return std::nullopt;
  return state.anchor->seconds + state.event->seconds_since(state.anchor->event);
}

}  // namespace myxtts::device
