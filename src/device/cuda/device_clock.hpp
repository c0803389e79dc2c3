#pragma once
// When events of one GPU passed, in seconds on the host's clock.

#include <c10/cuda/CUDAEvent.h>
#include <torch/torch.h>

#include <memory>
#include <mutex>
#include <optional>

#include "core/stopwatch.hpp"
#include "device/runtime.hpp"

namespace myxtts::device {

// An event whose moment is known once it has passed.
struct ClockAnchor {
  c10::cuda::CUDAEvent event{cudaEventDefault};
  double seconds = 0;
};

struct CudaEventState : Event::State {
  explicit CudaEventState(unsigned int flags) : event(flags) {}
  c10::cuda::CUDAEvent event;
  std::shared_ptr<const ClockAnchor> anchor;  // that its time is counted from; none without timing
};

// CUDA tells the time between two events of one GPU, as a float of milliseconds, which is exact to a microsecond over
// ten seconds and to a millisecond only over some hours; so times are counted from an anchor that is moved on.
// Thread: all calls are thread-safe.
class DeviceClock {
 public:
  // Waits for the GPU once, to learn what its clock says at a moment of the watch.
  DeviceClock(c10::cuda::CUDAStream stream, const core::Stopwatch& watch);

  // An event with timing, recorded on a stream of this GPU.
  [[nodiscard]] std::shared_ptr<CudaEventState> record(c10::cuda::CUDAStream stream);

  // On the watch's clock; nothing while the event has not passed, or where it has no timing. Never waits.
  [[nodiscard]] static std::optional<double> seconds_of(const CudaEventState& state);

 private:
  void move_anchor(c10::cuda::CUDAStream stream);

  const core::Stopwatch& watch_;
  std::mutex mutex_;
  std::shared_ptr<const ClockAnchor> anchor_;
  std::shared_ptr<ClockAnchor> next_anchor_;  // recorded, perhaps not passed
};

}  // namespace myxtts::device
