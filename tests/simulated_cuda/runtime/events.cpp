// Events: each holds the moment of its last recording.

#include <cuda_runtime_api.h>

#include <chrono>
#include <memory>
#include <mutex>

#include "simulated_cuda/runtime/counts.hpp"
#include "simulated_cuda/runtime/errors.hpp"
#include "simulated_cuda/runtime/faults.hpp"
#include "simulated_cuda/runtime/streams.hpp"

using namespace myxtts::simulated_cuda;

namespace {

struct Event {
  explicit Event(unsigned flags)
      : timed((flags & cudaEventDisableTiming) == 0), sleeps((flags & cudaEventBlockingSync) != 0) {}

  const bool timed;
  const bool sleeps;  // a host that waits for it; else it spins
  std::mutex mutex;
  std::shared_ptr<Moment> moment;  // null: not recorded
};

Event& event_of(cudaEvent_t handle) { return *reinterpret_cast<Event*>(handle); }

std::shared_ptr<Moment> moment_of(cudaEvent_t handle) {
  Event& event = event_of(handle);
  const std::scoped_lock lock(event.mutex);
  return event.moment;
}

}  // namespace

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned flags) {
  *event = reinterpret_cast<cudaEvent_t>(new Event(flags));
  return succeeded();
}

cudaError_t cudaEventCreate(cudaEvent_t* event) { return cudaEventCreateWithFlags(event, cudaEventDefault); }

cudaError_t cudaEventDestroy(cudaEvent_t event) {
  delete &event_of(event);
  return succeeded();
}

cudaError_t cudaEventRecordWithFlags(cudaEvent_t handle, cudaStream_t stream, unsigned) {
  count(kHost, "cudaEventRecord");
  if (forgets_record()) return succeeded();
  const auto moment = std::make_shared<Moment>();
  moment->clock = put(stream_of(stream), "event", {}, [moment] { moment->pass(); });
  Event& event = event_of(handle);
  const std::scoped_lock lock(event.mutex);
  event.moment = moment;
  return succeeded();
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  return cudaEventRecordWithFlags(event, stream, cudaEventRecordDefault);
}

cudaError_t cudaEventQuery(cudaEvent_t event) {
  const auto moment = moment_of(event);
  if (moment == nullptr) return succeeded();
  if (!moment->passed()) return failed(cudaErrorNotReady);
  host_saw(moment->clock);
  return succeeded();
}

cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  count(kHost, "cudaEventSynchronize");
  if (const auto moment = moment_of(event)) {
    while (!event_of(event).sleeps && !moment->passed()) {
    }
    moment->wait();
    host_saw(moment->clock);
  }
  return succeeded();
}

cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t begin, cudaEvent_t end) {
  if (!event_of(begin).timed || !event_of(end).timed) return failed(cudaErrorInvalidResourceHandle);
  const auto first = moment_of(begin), last = moment_of(end);
  if (first == nullptr || last == nullptr) return failed(cudaErrorInvalidResourceHandle);
  if (!first->passed() || !last->passed()) return failed(cudaErrorNotReady);
  *milliseconds = std::chrono::duration<float, std::milli>(last->when() - first->when()).count();
  return succeeded();
}

cudaError_t cudaStreamWaitEvent(cudaStream_t handle, cudaEvent_t event, unsigned) {
  count(kHost, "cudaStreamWaitEvent");
  const auto moment = moment_of(event);
  if (moment == nullptr || forgets_wait()) return succeeded();
  Stream& stream = stream_of(handle);
  {
    const std::scoped_lock lock(order());
    stream.clock.join(moment->clock);
  }
  if (!moment->passed()) put(stream, "wait", {}, [moment] { moment->wait(); });
  return succeeded();
}
