#include "device/cuda/role_cuda_allocator.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <string>

#include "device/out_of_memory.hpp"

namespace myxtts::device {
namespace {

// libtorch's raw interface passes only an address to the deleter, so the deleter finds the allocator here.
std::atomic<RoleCudaAllocator*> active{nullptr};

// -1 if CUDA does not report it.
c10::DeviceIndex current_gpu() {
  c10::DeviceIndex device = -1;
  return c10::cuda::GetDevice(&device) == cudaSuccess ? device : c10::DeviceIndex{-1};
}

std::string name_of_gpu(c10::DeviceIndex device) { return torch::Device(torch::kCUDA, device).str(); }

std::int64_t current(const c10::CachingAllocator::StatArray& stat) {
  return stat[static_cast<std::size_t>(c10::CachingAllocator::StatType::AGGREGATE)].current;
}

}  // namespace

RoleCudaAllocator::RoleCudaAllocator(CUDAAllocator& inner) : DelegatingCudaAllocator(inner) { active = this; }

RoleCudaAllocator::~RoleCudaAllocator() { active = nullptr; }

RoleCudaAllocator& RoleCudaAllocator::install() {
  namespace libtorch = c10::cuda::CUDACachingAllocator;
  static RoleCudaAllocator& installed = [&]() -> RoleCudaAllocator& {
    static constexpr std::uint8_t kPriority = 200;               // higher than libtorch's own registrations
    auto& allocator = *new RoleCudaAllocator(*libtorch::get());  // storages outlive static destruction
    libtorch::allocator.store(&allocator);
    c10::SetAllocator(torch::kCUDA, &allocator, kPriority);
    return allocator;
  }();
  return installed;
}

void RoleCudaAllocator::assign(cudaStream_t stream, Role role) {
  forget(stream);
  const std::unique_lock lock(streams_mutex_);
  streams_.emplace_back(stream, role);
}

void RoleCudaAllocator::forget(cudaStream_t stream) {
  const std::unique_lock lock(streams_mutex_);
  std::erase_if(streams_, [&](const auto& assigned) { return assigned.first == stream; });
}

Role RoleCudaAllocator::role_on(cudaStream_t stream) const {
  const std::shared_lock lock(streams_mutex_);
  const auto found =
      std::find_if(streams_.begin(), streams_.end(), [&](const auto& each) { return each.first == stream; });
  return found == streams_.end() ? current_role() : found->second;
}

Role RoleCudaAllocator::role_of(void* memory) const {
  const auto charge = charges_.find(memory);
  return charge ? charge->role : Role::kNone;
}

template <typename Get>
auto RoleCudaAllocator::charged(std::size_t bytes, cudaStream_t stream, const Get& get) {
  failed_release_.rethrow();
  const MemoryCharge charge{role_on(stream), gpu_block_bytes(static_cast<std::int64_t>(bytes)), nullptr};
  if (!account(charge.role).charge(charge.bytes)) refuse(charge);
  try {
    return get(charge);
  } catch (const c10::OutOfMemoryError&) {
    account(charge.role).discharge(charge.bytes);
    give_up(charge);
  } catch (...) {
    account(charge.role).discharge(charge.bytes);
    throw;
  }
}

void RoleCudaAllocator::refuse(const MemoryCharge& charge) {
  const MemoryAccount& role = account(charge.role);
  throw AllocationRefused({charge.role, name_of_gpu(current_gpu()), charge.bytes, role.live() + role.overhead(),
                           role.overhead(), role.cap(), 0, false});
}

// libtorch refuses a request in two cases: it would exceed libtorch's fraction of the GPU (computed from the caps;
// blocks kept for reuse count too), or the GPU has no free memory.
void RoleCudaAllocator::give_up(const MemoryCharge& charge) {
  const MemoryAccount& role = account(charge.role);
  const c10::DeviceIndex gpu = current_gpu();
  const auto stats = inner_.getDeviceStats(gpu);
  const std::int64_t reserved = current(stats.reserved_bytes);
  const double limit = inner_.getMemoryFraction(gpu) * static_cast<double>(inner_.getMemoryInfo(gpu).second);
  const bool over_caps = role.cap() > 0 && static_cast<double>(reserved + charge.bytes) > limit;
  throw AllocationRefused({charge.role, name_of_gpu(gpu), charge.bytes, role.live() + role.overhead(), role.overhead(),
                           role.cap(), reserved - current(stats.allocated_bytes), !over_caps});
}

c10::DataPtr RoleCudaAllocator::allocate(std::size_t bytes) {
  if (bytes == 0) return inner_.allocate(bytes);
  return charged(bytes, c10::cuda::getCurrentCUDAStream(), [&](const MemoryCharge& charge) {
    c10::DataPtr memory = inner_.allocate(bytes);
    charges_.add(memory.get(), {charge.role, charge.bytes, memory.get_deleter()});
    const torch::Device device = memory.device();
    void* const address = memory.release_context();
    return c10::DataPtr(address, address, &free_memory, device);
  });
}

void* RoleCudaAllocator::raw_alloc(std::size_t bytes) {
  return bytes == 0 ? nullptr : raw_alloc_with_stream(bytes, c10::cuda::getCurrentCUDAStream());
}

void* RoleCudaAllocator::raw_alloc_with_stream(std::size_t bytes, cudaStream_t stream) {
  if (bytes == 0) return nullptr;
  return charged(bytes, stream, [&](const MemoryCharge& charge) {
    void* const memory = inner_.raw_alloc_with_stream(bytes, stream);
    charges_.add(memory, charge);
    return memory;
  });
}

void RoleCudaAllocator::release(void* memory) noexcept {
  if (memory == nullptr) return;
  const auto charge = charges_.take(memory);  // before the address can be reused
  try {
    if (charge && charge->release != nullptr) {
      charge->release(memory);
    } else {
      inner_.raw_delete(memory);
    }
  } catch (...) {
    failed_release_.keep_current();
  }
  if (charge) account(charge->role).discharge(charge->bytes);
}

void RoleCudaAllocator::free_memory(void* memory) { active.load()->release(memory); }

c10::DeleterFnPtr RoleCudaAllocator::raw_deleter() const { return &free_memory; }

// libtorch's allocator silently ignores memory whose deleter is not its own, so it gets a DataPtr with its own deleter.
void RoleCudaAllocator::recordStream(const c10::DataPtr& memory, c10::cuda::CUDAStream stream) {
  const auto charge = charges_.find(memory.get());
  if (!charge) return inner_.recordStream(memory, stream);
  const c10::DeleterFnPtr deleter = charge->release != nullptr ? charge->release : inner_.raw_deleter();
  const c10::DataPtr borrowed(memory.get(), nullptr, deleter, memory.device());  // without a context: owns nothing
  inner_.recordStream(borrowed, stream);
}

}  // namespace myxtts::device
