#include "device/cuda/device_memory.hpp"

#include <c10/core/AllocatorConfig.h>
#include <c10/cuda/CUDAGuard.h>

#include <algorithm>
#include <stdexcept>
#include <string>

#include "core/error.hpp"

namespace myxtts::device {
namespace {

constexpr std::int64_t kReservedOverhead = std::int64_t{1} << 30;

std::int64_t reserved_bytes(RoleCudaAllocator& allocator, c10::DeviceIndex gpu) {
  const auto all = static_cast<std::size_t>(c10::CachingAllocator::StatType::AGGREGATE);
  return allocator.getDeviceStats(gpu).reserved_bytes[all].current;
}

// Bytes in use on the GPU, by any process, outside the allocator.
std::int64_t bytes_beside(RoleCudaAllocator& allocator, c10::DeviceIndex gpu) {
  const auto [free, total] = allocator.getMemoryInfo(gpu);
  return static_cast<std::int64_t>(total - free) - reserved_bytes(allocator, gpu);
}

// How far libtorch's allocator may exceed its fraction: with expandable segments it compares the request, but takes
// whole pieces of a segment.
std::int64_t overrun() {
  using Config = c10::CachingAllocator::AcceleratorAllocatorConfig;
  return Config::use_expandable_segments() ? static_cast<std::int64_t>(Config::large_segment_size()) : 0;
}

}  // namespace

DeviceMemory::DeviceMemory(const RuntimeOptions& options, RoleCudaAllocator& allocator)
    : options_(options), allocator_(allocator) {
  const auto add = [&](const torch::Device& device, std::vector<Role> roles) {
    gpus_.push_back({device.index(), std::move(roles), bytes_beside(allocator, device.index()), kReservedOverhead});
  };
  if (options.data_device == options.model_device) {
    add(options.data_device, {Role::kData, Role::kModel});
  } else {
    add(options.data_device, {Role::kData});
    add(options.model_device, {Role::kModel});
  }
  for (const Gpu& gpu : gpus_) apply(gpu);
}

std::int64_t DeviceMemory::cap(Role role) const {
  return role == Role::kData ? options_.data_cap_bytes : options_.model_cap_bytes;
}

const DeviceMemory::Gpu& DeviceMemory::gpu_of(Role role) const {
  for (const Gpu& gpu : gpus_) {
    if (std::count(gpu.roles.begin(), gpu.roles.end(), role) > 0) return gpu;
  }
  throw std::logic_error("only the data role and the model role have memory on a GPU");
}

MemoryUse DeviceMemory::use(Role role) const {
  const std::scoped_lock lock(mutex_);
  const Gpu& gpu = gpu_of(role);
  const MemoryAccount& account = allocator_.account(role);
  const bool alone = gpu.roles.size() == 1;
  return {.live = account.live(),
          .peak = account.peak(),
          .reserved = alone ? reserved_bytes(allocator_, gpu.index) : account.live(),
          .overhead = account.overhead(),
          .cap = account.cap()};
}

void DeviceMemory::measure_overhead() {
  const std::scoped_lock lock(mutex_);
  for (Gpu& gpu : gpus_) {
    gpu.overhead = measured(gpu);
    apply(gpu);
  }
}

// Without the driver's figure for this process, its memory cannot be told apart from that of other processes. Two upper
// bounds are known: all memory outside the allocator, and the reserve plus the growth since the start. The smaller one
// is used.
std::int64_t DeviceMemory::measured(const Gpu& gpu) const {
  const auto process = options_.process_bytes ? options_.process_bytes(gpu.roles.front()) : std::nullopt;
  if (process) return std::max<std::int64_t>(0, *process - reserved_bytes(allocator_, gpu.index));
  const std::int64_t beside = bytes_beside(allocator_, gpu.index);
  return std::min(beside, kReservedOverhead + std::max<std::int64_t>(0, beside - gpu.beside_at_start));
}

void DeviceMemory::apply(const Gpu& gpu) {
  std::int64_t caps = 0;
  bool all_capped = true;
  for (const Role role : gpu.roles) {
    caps += cap(role);
    all_capped = all_capped && cap(role) > 0;
  }
  for (const Role role : gpu.roles) {
    const double part = all_capped ? static_cast<double>(cap(role)) / static_cast<double>(caps)
                                   : 1.0 / static_cast<double>(gpu.roles.size());
    MemoryAccount& account = allocator_.account(role);
    account.set_overhead(static_cast<std::int64_t>(part * static_cast<double>(gpu.overhead)));
    account.set_cap(cap(role));
  }
  const auto total = static_cast<double>(allocator_.getMemoryInfo(gpu.index).second);
  const double fraction = all_capped ? static_cast<double>(caps - gpu.overhead - overrun()) / total : 1.0;
  const c10::cuda::CUDAGuard guard(gpu.index);  // setMemoryFraction() changes the current device
  allocator_.setMemoryFraction(std::clamp(fraction, 0.0, 1.0), gpu.index);
}

}  // namespace myxtts::device
