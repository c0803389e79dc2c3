#include "device/cuda/cuda_runtime.hpp"

#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAEvent.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "core/stopwatch.hpp"
#include "device/role_allocator.hpp"
#include "device/thread_budget.hpp"

namespace myxtts::device {
namespace {

using c10::cuda::CUDAStream;
namespace allocator = c10::cuda::CUDACachingAllocator;

struct CudaEventState final : Event::State {
  explicit CudaEventState(unsigned int flags = cudaEventDisableTiming) : event(flags) {}
  c10::cuda::CUDAEvent event;
};

class CudaSession final : public RoleSession {
 public:
  CudaSession(Role role, int threads, CUDAStream stream) : role_(role), budget_(threads), stream_(stream) {
    if (role == Role::kData) lower_thread_priority();
  }

 private:
  RoleScope role_;
  ThreadBudget budget_;
  c10::cuda::CUDAStreamGuard stream_;
};

class CudaRuntime final : public DeviceRuntime {
 public:
  explicit CudaRuntime(const RuntimeOptions& options)
      : options_(options),
        data_stream_(new_stream(options.data_device)),
        model_stream_(new_stream(options.model_device)),
        model_transfer_stream_(new_stream(options.model_device)),
        data_transfer_stream_(options.data_device == options.model_device ? model_transfer_stream_
                                                                          : new_stream(options.data_device)) {}

  torch::Device device(Role role) const override {
    if (role == Role::kNone) throw std::logic_error("only the data role and the model role have a device");
    return role == Role::kData ? options_.data_device : options_.model_device;
  }

  std::unique_ptr<RoleSession> enter(Role role) override {
    if (role == Role::kNone) throw std::logic_error("only the data role and the model role have a device");
    if (role == Role::kData) return std::make_unique<CudaSession>(role, options_.data_threads, data_stream_);
    return std::make_unique<CudaSession>(role, options_.model_threads, model_stream_);
  }

  Event record(Stream stream) override {
    auto state = std::make_shared<CudaEventState>();
    state->event.record(cuda_stream(stream));
    return Event(std::move(state));
  }

  void wait_on_device(const Event& event, Stream stream) override {
    if (auto* state = dynamic_cast<CudaEventState*>(event.state())) {
      // A copy between two GPUs runs on the source's stream, so the transfer stream is one on each.
      if (stream == Stream::kTransfer) state->event.block(data_transfer_stream_);
      state->event.block(cuda_stream(stream));
    }
  }

  void wait_on_host(const Event& event) override {
    if (const auto* state = dynamic_cast<CudaEventState*>(event.state())) state->event.synchronize();
  }

  torch::Tensor allocate_transfer_buffer(std::int64_t bytes) override {
    const RoleScope scope(Role::kModel);
    const c10::cuda::CUDAStreamGuard guard(model_transfer_stream_);
    return torch::empty({bytes}, torch::dtype(torch::kUInt8).device(options_.model_device));
  }

  void copy_async(const torch::Tensor& destination, const torch::Tensor& source, Stream stream) override {
    const torch::NoGradGuard no_grad;
    // Both devices' current streams: libtorch makes each wait for the other around the copy.
    const c10::cuda::CUDAMultiStreamGuard guard(streams(stream));
    destination.copy_(source, /*non_blocking=*/true);
    // The source may be dropped now; its memory must not be handed out before the copy has read it.
    if (source.is_cuda()) allocator::recordStream(source.storage().data_ptr(), source_stream(stream));
  }

  Event record_timed(Stream stream) override {
    auto state = std::make_shared<CudaEventState>(cudaEventDefault);
    state->event.record(cuda_stream(stream));
    return Event(std::move(state));
  }

  std::optional<double> seconds_of(const Event&) const override { return std::nullopt; }
  double now_seconds() const override { return watch_.seconds(); }

  TransferRoute route() const override {
    return options_.data_device == options_.model_device ? TransferRoute::kLocal : TransferRoute::kStaged;
  }

  MemoryUse memory(Role role) const override {
    const auto bytes = allocated_bytes(role);
    return {bytes.current, bytes.peak, bytes.current, 0, 0};
  }

  void release_cached_memory(Role) override { allocator::emptyCache(); }

 private:
  static CUDAStream new_stream(const torch::Device& device) {
    return c10::cuda::getStreamFromPool(/*isHighPriority=*/false, device.index());
  }

  CUDAStream cuda_stream(Stream stream) const {
    if (stream == Stream::kData) return data_stream_;
    return stream == Stream::kModel ? model_stream_ : model_transfer_stream_;
  }

  CUDAStream source_stream(Stream stream) const {
    return stream == Stream::kTransfer ? data_transfer_stream_ : cuda_stream(stream);
  }

  std::vector<CUDAStream> streams(Stream stream) const { return {source_stream(stream), cuda_stream(stream)}; }

  // Counted by device: where both roles share a GPU, each is told the sum.
  c10::CachingAllocator::Stat allocated_bytes(Role role) const {
    const auto all = static_cast<std::size_t>(c10::CachingAllocator::StatType::AGGREGATE);
    return allocator::getDeviceStats(device(role).index()).allocated_bytes[all];
  }

  RuntimeOptions options_;
  core::Stopwatch watch_;
  CUDAStream data_stream_;
  CUDAStream model_stream_;
  CUDAStream model_transfer_stream_;
  CUDAStream data_transfer_stream_;
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
  if (options.data_cap_bytes != 0 || options.model_cap_bytes != 0) {
    throw core::DeviceError("memory caps on a GPU are not available in this version");
  }
  install_role_allocator();
  return std::make_unique<CudaRuntime>(options);
}

}  // namespace myxtts::device
