#pragma once
// The times at which events of one GPU passed, in seconds on the host's clock.

#include <torch/types.h>

#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "core/stopwatch.hpp"
#include "device/cuda/cuda_event.hpp"
#include "device/runtime.hpp"

namespace myxtts::device {

// An event whose time on the host's clock is known.
struct ClockAnchor {
  CudaEvent event{EventTiming::kTimed};
  double seconds = 0;
};

struct CudaEventState : Event::State {
  explicit CudaEventState(EventPool::Lease recorded) : event(std::move(recorded)) {}
  EventPool::Lease event;
  std::shared_ptr<const ClockAnchor> anchor;  // its time is measured from here; null: no timing
};

// CUDA measures the time between two events of one GPU as a float of milliseconds, and the clocks of GPU and host drift
// apart. Times are therefore measured from an anchor, which is renewed every few seconds.
// Thread: all calls are thread-safe.
class DeviceClock {
 public:
  // Waits until the GPU answers.
  DeviceClock(c10::DeviceIndex gpu, const core::Stopwatch& watch);

  // An event with timing, recorded on a stream of this GPU.
  [[nodiscard]] std::shared_ptr<CudaEventState> record(c10::cuda::CUDAStream stream);

  // Seconds on the watch's clock; no value if the event has not passed or has no timing. Never waits.
  [[nodiscard]] static std::optional<double> seconds_of(const CudaEventState& state);

 private:
  // Records a new anchor; keeps the old one if that takes longer than `patience_seconds`.
  void renew_anchor(double patience_seconds);
  [[nodiscard]] std::shared_ptr<const ClockAnchor> current_anchor();

  const core::Stopwatch& watch_;
  EventPool events_{EventTiming::kTimed};
  const c10::cuda::CUDAStream stream_;  // has no other work, so that anchors pass at once
  std::mutex mutex_;
  std::shared_ptr<const ClockAnchor> anchor_;
  double renewal_seconds_ = 0;  // when the next renewal is due
};

}  // namespace myxtts::device
