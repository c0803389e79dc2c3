#pragma once
// Points in the work of a GPU's streams.

#include <c10/cuda/CUDAStream.h>
#include <cuda_runtime_api.h>
#include <torch/types.h>

#include <memory>

namespace myxtts::device {

enum class EventTiming { kNone, kTimed };

// As libtorch's CUDAEvent, but a host that waits sleeps instead of keeping a core busy, and the destructor never
// throws: after a failure of the GPU each call fails, also those that free something. Throws (all functions):
// c10::Error with what CUDA reports.
class CudaEvent {
 public:
  explicit CudaEvent(EventTiming timing = EventTiming::kNone) : timing_(timing) {}
  ~CudaEvent();
  CudaEvent(const CudaEvent&) = delete;
  CudaEvent& operator=(const CudaEvent&) = delete;

  // Passes when the work that is now on the stream is done. A later record() is of a stream of the same GPU.
  void record(c10::cuda::CUDAStream stream);
  // Work enqueued on the stream from now on starts after the event. No effect if it was never recorded; so below.
  void block(c10::cuda::CUDAStream stream) const;
  [[nodiscard]] bool has_passed() const;
  void wait_on_host() const;

  // The time from `earlier` to this event: both timed, of one GPU, and passed.
  [[nodiscard]] double seconds_since(const CudaEvent& earlier) const;

 private:
  EventTiming timing_;
  cudaEvent_t event_ = nullptr;  // made by the first record()
};

// Events of all GPUs that are used again and again, because to make one costs a call of the driver.
// Thread: all calls are thread-safe.
class EventPool {
  struct Shelf;

 public:
  explicit EventPool(EventTiming timing);

  struct GiveBack {
    std::shared_ptr<Shelf> shelf;
    c10::DeviceIndex gpu = -1;
    void operator()(CudaEvent* event) const noexcept;
  };
  // Goes back when it is released, which may be after the pool's end. Streams that were made to wait for it still do.
  using Lease = std::unique_ptr<CudaEvent, GiveBack>;

  [[nodiscard]] Lease record(c10::cuda::CUDAStream stream);

 private:
  EventTiming timing_;
  std::shared_ptr<Shelf> shelf_;
};

}  // namespace myxtts::device
