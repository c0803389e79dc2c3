#include "device/cuda/cuda_runtime.hpp"

#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "core/stopwatch.hpp"
#include "device/cuda/cuda_event.hpp"
#include "device/cuda/device_clock.hpp"
#include "device/cuda/device_memory.hpp"
#include "device/cuda/page_locked_allocator.hpp"
#include "device/cuda/peer_route.hpp"
#include "device/cuda/pinned_staging.hpp"
#include "device/cuda/role_cuda_allocator.hpp"
#include "device/out_of_memory.hpp"
#include "device/role_allocator.hpp"
#include "device/thread_budget.hpp"

namespace myxtts::device {
namespace {

using c10::cuda::CUDAStream;

class CudaSession final : public RoleSession {
 public:
  // streams: one for each GPU that the thread uses; the first one's GPU becomes the current GPU.
  CudaSession(Role role, int threads, c10::ArrayRef<CUDAStream> streams)
      : role_(role), budget_(threads), gpu_(streams.front().device_index()), streams_(streams) {
    if (role == Role::kData) lower_thread_priority();
  }

 private:
  RoleScope role_;
  ThreadBudget budget_;
  c10::cuda::CUDAGuard gpu_;
  c10::cuda::CUDAMultiStreamGuard streams_;
};

// A stream whose allocations are charged to a role.
class RoleStream {
 public:
  RoleStream(RoleCudaAllocator& allocator, Role role, const torch::Device& device, bool high_priority)
      : allocator_(allocator), stream_(c10::cuda::getStreamFromPool(high_priority, device.index())) {
    allocator_.assign(stream_, role);
  }
  ~RoleStream() { allocator_.forget(stream_); }
  RoleStream(const RoleStream&) = delete;
  RoleStream& operator=(const RoleStream&) = delete;

  [[nodiscard]] CUDAStream get() const { return stream_; }

 private:
  RoleCudaAllocator& allocator_;
  CUDAStream stream_;
};

class CudaRuntime final : public DeviceRuntime {
 public:
  CudaRuntime(const RuntimeOptions& options, RoleCudaAllocator& allocator)
      : options_(options),
        memory_(options, allocator),
        data_stream_(allocator, Role::kData, options.data_device, false),
        model_stream_(allocator, Role::kModel, options.model_device, true),
        data_transfer_stream_(allocator, Role::kData, options.data_device, false),
        model_transfer_stream_(allocator, Role::kModel, options.model_device, false),
        model_clock_(options.model_device.index(), watch_),
        route_(find_route(options.data_device, options.model_device)) {
    if (route_ != TransferRoute::kLocal) data_clock_.emplace(options.data_device.index(), watch_);
    if (route_ == TransferRoute::kStaged) staging_.emplace();
  }

  torch::Device device(Role role) const override {
    if (role == Role::kNone) throw std::logic_error("only the data role and the model role have a device");
    return role == Role::kData ? options_.data_device : options_.model_device;
  }

  int threads(Role role) const override {
    if (role == Role::kNone) throw std::logic_error("only the data role and the model role have threads");
    return role == Role::kData ? options_.data_threads : options_.model_threads;
  }

  std::unique_ptr<RoleSession> enter(Role role) override {
    const RoleStream& stream = role == Role::kData ? data_stream_ : model_stream_;
    return std::make_unique<CudaSession>(role, threads(role), stream.get());
  }

  std::unique_ptr<RoleSession> enter_transfer() override {
    return std::make_unique<CudaSession>(Role::kModel, options_.model_threads, transfer_streams());
  }

  Event record(Stream stream) override {
    return Event(std::make_shared<CudaEventState>(events_.record(stream_of(stream))));
  }

  Event record_timed(Stream stream) override {
    DeviceClock& clock = stream == Stream::kData && data_clock_ ? *data_clock_ : model_clock_;
    return Event(clock.record(stream_of(stream)));
  }

  std::optional<double> seconds_of(const Event& event) const override {
    const auto* state = dynamic_cast<const CudaEventState*>(event.state());
    return state == nullptr ? std::nullopt : DeviceClock::seconds_of(*state);
  }

  double now_seconds() const override { return watch_.seconds(); }

  void wait_on_device(const Event& event, Stream stream) override {
    const auto* state = dynamic_cast<CudaEventState*>(event.state());
    if (state == nullptr) return;
    if (stream != Stream::kTransfer) return state->event->block(stream_of(stream));
    for (const CUDAStream& each : transfer_streams()) state->event->block(each);
  }

  void wait_on_host(const Event& event) override {
    if (const auto* state = dynamic_cast<CudaEventState*>(event.state())) state->event->wait_on_host();
  }

  // The model's stream reads the buffer, so its memory must not be reused before those reads.
  torch::Tensor allocate_transfer_buffer(std::int64_t bytes) override {
    const RoleScope scope(Role::kModel);
    const c10::cuda::CUDAStreamGuard guard(model_transfer_stream_.get());
    torch::Tensor buffer = torch::empty({bytes}, torch::dtype(torch::kUInt8).device(options_.model_device));
    used_by(buffer, model_stream_.get());
    return buffer;
  }

  void copy_async(const torch::Tensor& destination, const torch::Tensor& source) override {
    const torch::NoGradGuard no_grad;
    const c10::cuda::CUDAMultiStreamGuard guard(transfer_streams());
    const bool crosses = source.is_cuda() && source.device() != destination.device();
    if (!crosses) {
      destination.copy_(source, /*non_blocking=*/true);
    } else if (route_ == TransferRoute::kStaged) {
      staging_->copy(destination, source.contiguous(), data_transfer_stream_.get(), model_transfer_stream_.get());
    } else {
      copy_to_peer(destination, source.contiguous());
    }
    used_by(source, (crosses ? data_transfer_stream_ : model_transfer_stream_).get());
  }

  TransferRoute route() const override { return route_; }
  void measure_overhead() override { memory_.measure_overhead(); }
  MemoryUse memory(Role role) const override { return memory_.use(role); }
  // libtorch frees what the allocator keeps on every GPU, so the other role's too.
  void release_cached_memory(Role) override { c10::cuda::CUDACachingAllocator::emptyCache(); }

 private:
  // As libtorch copies between GPUs, on the source's stream, but with events that are used again and can be destroyed
  // after a failure. Shapes: both contiguous, with the same number of bytes.
  void copy_to_peer(const torch::Tensor& destination, const torch::Tensor& source) {
    const CUDAStream from = data_transfer_stream_.get(), to = model_transfer_stream_.get();
    events_.record(to)->block(from);
    const c10::cuda::CUDAGuard guard(from.device_index());
    C10_CUDA_CHECK(c10::cuda::CUDACachingAllocator::memcpyAsync(destination.data_ptr(), destination.device().index(),
                                                                source.const_data_ptr(), source.device().index(),
                                                                source.nbytes(), from, /*p2p_enabled=*/true));
    events_.record(from)->block(to);
  }

  static void used_by(const torch::Tensor& tensor, CUDAStream stream) {
    if (tensor.is_cuda()) c10::cuda::CUDACachingAllocator::recordStream(tensor.storage().data_ptr(), stream);
  }

  CUDAStream stream_of(Stream stream) const {
    if (stream == Stream::kData) return data_stream_.get();
    return stream == Stream::kModel ? model_stream_.get() : model_transfer_stream_.get();
  }

  // The transfer stream of each GPU, the model's first: the source's stream reads, the destination's writes.
  std::vector<CUDAStream> transfer_streams() const {
    std::vector<CUDAStream> streams = {model_transfer_stream_.get()};
    if (route_ != TransferRoute::kLocal) streams.push_back(data_transfer_stream_.get());
    return streams;
  }

  const RuntimeOptions options_;
  const core::Stopwatch watch_;
  DeviceMemory memory_;
  EventPool events_{EventTiming::kNone};
  RoleStream data_stream_;
  RoleStream model_stream_;
  RoleStream data_transfer_stream_;
  RoleStream model_transfer_stream_;
  DeviceClock model_clock_;
  std::optional<DeviceClock> data_clock_;  // only if the data role has its own GPU
  TransferRoute route_;
  std::optional<PinnedStaging> staging_;
};

void require_gpu(const torch::Device& device) {
  const auto count = static_cast<int>(c10::cuda::device_count());
  if (device.is_cuda() && device.has_index() && device.index() < count) return;
  throw core::DeviceError({.what = "no such GPU",
                           .where = "device plan",
                           .value = device.str(),
                           .expected = "one of " + std::to_string(count) + " visible GPUs",
                           .advice = "Use --device cpu, or name a GPU that nvidia-smi lists."});
}

}  // namespace

std::unique_ptr<DeviceRuntime> make_cuda_runtime(const RuntimeOptions& options) {
  require_gpu(options.data_device);
  require_gpu(options.model_device);
  install_role_allocator();
  RoleCudaAllocator& allocator = RoleCudaAllocator::install();
  PageLockedAllocator::install();
  at::globalContext().lazyInitDevice(torch::kCUDA);
  try {
    return std::make_unique<CudaRuntime>(options, allocator);
  } catch (const AllocationRefused& error) {  // for the probe of the route
    throw core::OutOfMemoryError(error.msg());
  }
}

}  // namespace myxtts::device
