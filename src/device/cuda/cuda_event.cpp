#include "device/cuda/cuda_event.hpp"

#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAGuard.h>

#include <map>
#include <mutex>
#include <vector>

namespace myxtts::device {
namespace {

unsigned int flags_of(EventTiming timing) {
  const unsigned int sleeping = cudaEventBlockingSync;
  return timing == EventTiming::kTimed ? sleeping : sleeping | cudaEventDisableTiming;
}

}  // namespace

CudaEvent::~CudaEvent() {
  if (event_ != nullptr) C10_CUDA_IGNORE_ERROR(cudaEventDestroy(event_));
}

void CudaEvent::record(c10::cuda::CUDAStream stream) {
  const c10::cuda::CUDAGuard guard(stream.device_index());
  if (event_ == nullptr) C10_CUDA_CHECK(cudaEventCreateWithFlags(&event_, flags_of(timing_)));
  C10_CUDA_CHECK(cudaEventRecord(event_, stream));
}

void CudaEvent::block(c10::cuda::CUDAStream stream) const {
  if (event_ == nullptr) return;
  const c10::cuda::CUDAGuard guard(stream.device_index());
  C10_CUDA_CHECK(cudaStreamWaitEvent(stream, event_, cudaEventWaitDefault));
}

bool CudaEvent::has_passed() const {
  if (event_ == nullptr) return true;
  const cudaError_t error = cudaEventQuery(event_);
  if (error == cudaErrorNotReady) {
    C10_CUDA_CLEAR_ERROR();
    return false;
  }
  C10_CUDA_CHECK(error);
  return true;
}

void CudaEvent::wait_on_host() const {
  if (event_ != nullptr) C10_CUDA_CHECK(cudaEventSynchronize(event_));
}

double CudaEvent::seconds_since(const CudaEvent& earlier) const {
  float milliseconds = 0;
  C10_CUDA_CHECK(cudaEventElapsedTime(&milliseconds, earlier.event_, event_));
  return static_cast<double>(milliseconds) * 1e-3;
}

struct EventPool::Shelf {
  std::mutex mutex;
  std::map<c10::DeviceIndex, std::vector<std::unique_ptr<CudaEvent>>> events;
};

EventPool::EventPool(EventTiming timing) : timing_(timing), shelf_(std::make_shared<Shelf>()) {}

EventPool::Lease EventPool::record(c10::cuda::CUDAStream stream) {
  const c10::DeviceIndex gpu = stream.device_index();
  std::unique_ptr<CudaEvent> event;
  {
    const std::scoped_lock lock(shelf_->mutex);
    auto& idle = shelf_->events[gpu];
    if (!idle.empty()) {
      event = std::move(idle.back());
      idle.pop_back();
    }
  }
  if (event == nullptr) event = std::make_unique<CudaEvent>(timing_);
  event->record(stream);
  return {event.release(), GiveBack{shelf_, gpu}};
}

void EventPool::GiveBack::operator()(CudaEvent* event) const noexcept {
  std::unique_ptr<CudaEvent> owned(event);
  try {
    const std::scoped_lock lock(shelf->mutex);
    shelf->events[gpu].push_back(std::move(owned));
  } catch (const std::exception&) {
    // No memory for the list: the event is destroyed.
  }
}

}  // namespace myxtts::device
