#include "simulated_cuda/runtime/streams.hpp"

#include <cuda_runtime_api.h>
#include <pthread.h>

#include <cstdio>
#include <map>
#include <string>
#include <thread>
#include <utility>

#include "simulated_cuda/runtime/counts.hpp"
#include "simulated_cuda/runtime/devices.hpp"
#include "simulated_cuda/runtime/errors.hpp"
#include "simulated_cuda/runtime/faults.hpp"
#include "simulated_cuda/runtime/pinned_memory.hpp"
#include "simulated_cuda/runtime/settings.hpp"

namespace myxtts::simulated_cuda {
namespace {

int numbered_streams = 0;  // under the order's lock

struct Registry {
  std::mutex mutex;
  std::map<int, std::shared_ptr<Stream>> defaults;       // by device
  std::map<cudaStream_t, std::shared_ptr<Stream>> made;  // by handle
};

Registry& registry() {
  static Registry& all = *new Registry;  // outlives static destruction, as the streams' threads do
  return all;
}

cudaStream_t handle_of(Stream& stream) { return reinterpret_cast<cudaStream_t>(&stream); }

std::shared_ptr<Stream> default_stream(int device) {
  const std::scoped_lock lock(registry().mutex);
  auto& stream = registry().defaults[device];
  if (stream == nullptr) stream = std::make_shared<Stream>(device, 0, 0U);
  return stream;
}

// `stream` waits for what `other` has to do. Under the order's lock.
void wait_for(Stream& stream, Stream& other) {
  stream.clock.join(other.clock);
  if (other.idle()) return;
  const auto moment = std::make_shared<Moment>();
  other.push([moment] { moment->pass(); });
  stream.push([moment] { moment->wait(); });
}

// The default stream and blocking streams wait for each other.
void obey_default_stream(Stream& stream) {
  if (stream.non_blocking()) return;
  const auto of_device = default_stream(stream.device);
  if (&stream != of_device.get()) return wait_for(stream, *of_device);
  for (const auto& other : streams_of(stream.device)) {
    if (other.get() != &stream && !other->non_blocking() && other->number >= 0) wait_for(stream, *other);
  }
}

}  // namespace

void Moment::pass() {
  const std::scoped_lock lock(mutex_);
  when_ = std::chrono::steady_clock::now();
  passed_ = true;
  changed_.notify_all();
}

void Moment::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return passed_; });
}

bool Moment::passed() {
  const std::scoped_lock lock(mutex_);
  return passed_;
}

Moment::Time Moment::when() {
  const std::scoped_lock lock(mutex_);
  return when_;
}

void Stream::push(std::function<void()> work) {
  const std::scoped_lock lock(mutex_);
  if (!std::exchange(started_, true)) std::thread([self = shared_from_this()] { self->run(); }).detach();
  queue_.push_back(std::move(work));
  if (!busy_) work_.notify_one();
}

void Stream::run() {
  const std::string name = "gpu" + std::to_string(device) + ".stream" + std::to_string(number);
  ::pthread_setname_np(::pthread_self(), name.substr(0, 15).c_str());
  std::unique_lock lock(mutex_);
  while (true) {
    work_.wait(lock, [&] { return !queue_.empty() || retired_; });
    if (queue_.empty()) return;
    std::function<void()> work = std::move(queue_.front());
    queue_.pop_front();
    busy_ = true;
    lock.unlock();
    try {
      work();
    } catch (const std::exception& error) {
      std::fprintf(stderr, "simulated CUDA: failure on GPU %d: %s\n", device, error.what());
      break_context(cudaErrorAssert);
    }
    work = nullptr;  // what it owns goes before the stream counts as idle
    lock.lock();
    busy_ = false;
    if (queue_.empty()) idle_.notify_all();
  }
}

void Stream::drain() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [&] { return queue_.empty() && !busy_; });
}

bool Stream::idle() {
  const std::scoped_lock lock(mutex_);
  return queue_.empty() && !busy_;
}

void Stream::retire() {
  const std::scoped_lock lock(mutex_);
  retired_ = true;
  work_.notify_all();
}

std::mutex& order() {
  static std::mutex& mutex = *new std::mutex;
  return mutex;
}

RaceDetector& detector() {
  static RaceDetector& all = *new RaceDetector;
  return all;
}

Stream& stream_of(cudaStream_t handle) {
  if (handle == nullptr || handle == cudaStreamLegacy || handle == cudaStreamPerThread) {
    return *default_stream(current_device());
  }
  return *reinterpret_cast<Stream*>(handle);
}

std::vector<std::shared_ptr<Stream>> all_streams() {
  const std::scoped_lock lock(registry().mutex);
  std::vector<std::shared_ptr<Stream>> all;
  for (const auto& [device, stream] : registry().defaults) all.push_back(stream);
  for (const auto& [handle, stream] : registry().made) all.push_back(stream);
  return all;
}

std::vector<std::shared_ptr<Stream>> streams_of(int device) {
  auto streams = all_streams();
  std::erase_if(streams, [&](const auto& stream) { return stream->device != device; });
  return streams;
}

Clock put(Stream& stream, const char* name, const std::vector<Access>& accesses, std::function<void()> work) {
  const Trace trace = settings().finds_races && !accesses.empty() ? trace_here() : nullptr;
  const std::scoped_lock lock(order());
  if (stream.number < 0) stream.number = numbered_streams++;
  obey_default_stream(stream);
  stream.clock.join(detector().host());
  const Item item{stream.number, stream.device, stream.clock.tick(stream.number), name, trace};
  if (settings().finds_races) {
    detector().check(stream.clock, item, accesses);
    watch_pinned(item, accesses);
  }
  if (settings().says_items) std::fprintf(stderr, "simulated CUDA: stream %d: %s\n", stream.number, name);
  if (const auto delay = random_delay(item); delay.count() > 0) {
    stream.push([delay] { std::this_thread::sleep_for(delay); });
  }
  stream.push(std::move(work));
  return stream.clock;
}

void synchronise(Stream& stream) {
  Clock clock;
  {
    const std::scoped_lock lock(order());
    clock = stream.clock;
  }
  stream.drain();
  host_saw(clock);
}

void host_saw(const Clock& clock) {
  const std::scoped_lock lock(order());
  detector().host().join(clock);
  release_pinned(detector().host());
}

void enqueue(CUstream_st* stream, const char* name, const std::vector<Access>& accesses, std::function<void()> work) {
  put(stream_of(stream), name, accesses, [work = std::move(work)] {
    if (!context_is_broken()) work();
  });
}

void drain(CUstream_st* stream) { stream_of(stream).drain(); }

}  // namespace myxtts::simulated_cuda

using namespace myxtts::simulated_cuda;

cudaError_t cudaStreamCreateWithPriority(cudaStream_t* handle, unsigned flags, int priority) {
  const auto stream = std::make_shared<Stream>(current_device(), priority, flags);
  *handle = handle_of(*stream);
  const std::scoped_lock lock(registry().mutex);
  registry().made[*handle] = stream;
  return succeeded();
}

cudaError_t cudaStreamCreate(cudaStream_t* stream) { return cudaStreamCreateWithPriority(stream, 0, 0); }

cudaError_t cudaStreamDestroy(cudaStream_t handle) {
  const std::scoped_lock lock(registry().mutex);
  const auto node = registry().made.extract(handle);
  if (node.empty()) return failed(cudaErrorInvalidResourceHandle);
  node.mapped()->retire();
  return succeeded();
}

cudaError_t cudaStreamGetPriority(cudaStream_t stream, int* priority) {
  *priority = stream_of(stream).priority;
  return succeeded();
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  count(kHost, "cudaStreamSynchronize");
  synchronise(stream_of(stream));
  return succeeded();
}

cudaError_t cudaStreamQuery(cudaStream_t handle) {
  Stream& stream = stream_of(handle);
  Clock clock;
  {
    const std::scoped_lock lock(order());
    clock = stream.clock;
  }
  if (!stream.idle()) return failed(cudaErrorNotReady);
  host_saw(clock);
  return succeeded();
}

cudaError_t cudaDeviceSynchronize() {
  count(kHost, "cudaDeviceSynchronize");
  for (const auto& stream : streams_of(current_device())) synchronise(*stream);
  return succeeded();
}

cudaError_t cudaStreamIsCapturing(cudaStream_t, cudaStreamCaptureStatus* status) {
  *status = cudaStreamCaptureStatusNone;
  return succeeded();
}

cudaError_t cudaStreamGetCaptureInfo(cudaStream_t, cudaStreamCaptureStatus* status, unsigned long long* id,
                                     cudaGraph_t*, const cudaGraphNode_t**, const cudaGraphEdgeData**, size_t*) {
  *status = cudaStreamCaptureStatusNone;
  if (id != nullptr) *id = 0;
  return succeeded();
}

cudaError_t cudaThreadExchangeStreamCaptureMode(cudaStreamCaptureMode* mode) {
  thread_local cudaStreamCaptureMode current = cudaStreamCaptureModeGlobal;
  std::swap(*mode, current);
  return cudaSuccess;
}

cudaError_t cudaLaunchHostFunc(cudaStream_t stream, cudaHostFn_t function, void* data) {
  put(stream_of(stream), "host function", {}, [=] { function(data); });
  return succeeded();
}

cudaError_t cudaStreamAddCallback(cudaStream_t stream, cudaStreamCallback_t function, void* data, unsigned) {
  put(stream_of(stream), "callback", {}, [=] { function(stream, cudaSuccess, data); });
  return succeeded();
}
