#include "simulated_cuda/runtime/device_memory.hpp"

#include <cuda_runtime_api.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "simulated_cuda/runtime/counts.hpp"
#include "simulated_cuda/runtime/devices.hpp"
#include "simulated_cuda/runtime/errors.hpp"
#include "simulated_cuda/runtime/pinned_memory.hpp"
#include "simulated_cuda/runtime/streams.hpp"

namespace myxtts::simulated_cuda {
namespace {

char* mapped(std::size_t bytes, int protection, int flags, int file) {
  void* memory = ::mmap(nullptr, bytes, protection, flags | MAP_NORESERVE, file, 0);
  if (memory == MAP_FAILED) end_program(std::string("cannot map a GPU's memory: ") + std::strerror(errno));
  return static_cast<char*>(memory);
}

std::size_t rounded_up(std::size_t bytes, std::size_t unit) { return (bytes + unit - 1) / unit * unit; }

}  // namespace

DeviceMemory::DeviceMemory(std::size_t total) : total_(total), span_(2 * total) {
  file_ = ::memfd_create("simulated-gpu", MFD_CLOEXEC);
  if (file_ < 0 || ::ftruncate(file_, static_cast<off_t>(span_)) != 0) {
    end_program(std::string("cannot make a GPU's memory: ") + std::strerror(errno));
  }
  char* const addresses = mapped(span_ + kPage, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
  base_ = reinterpret_cast<char*>(rounded_up(reinterpret_cast<std::uintptr_t>(addresses), kPage));
  alias_ = mapped(span_, PROT_READ | PROT_WRITE, MAP_SHARED, file_);
}

void* DeviceMemory::allocate(std::size_t bytes) {
  const std::scoped_lock lock(mutex_);
  const std::size_t size = rounded_up(bytes, kPage);
  if (used_ + size > total_) return nullptr;
  std::size_t offset = 0;
  for (const auto& [begin, length] : pieces_) {
    if (begin - offset >= size) break;
    offset = begin + length;
  }
  if (offset + size > span_) return nullptr;
  pieces_[offset] = size;
  used_ += size;
  return base_ + offset;
}

std::size_t DeviceMemory::release(void* memory) {
  const std::scoped_lock lock(mutex_);
  const auto offset = static_cast<std::size_t>(static_cast<char*>(memory) - base_);
  const auto node = pieces_.extract(offset);
  if (node.empty()) return 0;
  ::fallocate(file_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(offset),
              static_cast<off_t>(node.mapped()));
  used_ -= node.mapped();
  return node.mapped();
}

bool DeviceMemory::contains(const void* address) const { return address >= base_ && address < base_ + span_; }

void* DeviceMemory::alias(const void* address) const { return alias_ + (static_cast<const char*>(address) - base_); }

std::size_t DeviceMemory::used() const {
  const std::scoped_lock lock(mutex_);
  return used_;
}

void* alias(const void* address) {
  const int device = device_of(address);
  return device < 0 ? pinned_alias(address) : devices()[static_cast<std::size_t>(device)].memory->alias(address);
}

}  // namespace myxtts::simulated_cuda

using namespace myxtts::simulated_cuda;

namespace {

DeviceMemory& current_memory() { return *devices()[static_cast<std::size_t>(current_device())].memory; }

}  // namespace

cudaError_t cudaMalloc(void** memory, std::size_t bytes) {
  count(kHost, "cudaMalloc", 0, bytes);
  *memory = bytes == 0 ? nullptr : current_memory().allocate(bytes);
  return bytes > 0 && *memory == nullptr ? failed(cudaErrorMemoryAllocation) : succeeded();
}

// Waits for the GPU, as the real call does.
cudaError_t cudaFree(void* memory) {
  if (memory == nullptr) return succeeded();
  const int device = device_of(memory);
  if (device < 0) return failed(cudaErrorInvalidValue);
  count(kHost, "cudaFree");
  for (const auto& stream : streams_of(device)) stream->drain();
  const std::scoped_lock lock(order());
  const std::size_t bytes = devices()[static_cast<std::size_t>(device)].memory->release(memory);
  if (bytes == 0) return failed(cudaErrorInvalidValue);
  const auto begin = reinterpret_cast<std::uintptr_t>(memory);
  detector().forget(begin, begin + bytes);
  return succeeded();
}

cudaError_t cudaMallocAsync(void** memory, std::size_t bytes, cudaStream_t) { return cudaMalloc(memory, bytes); }
cudaError_t cudaFreeAsync(void* memory, cudaStream_t) { return cudaFree(memory); }

cudaError_t cudaMemGetInfo(std::size_t* free, std::size_t* total) {
  *total = current_memory().total();
  *free = *total - current_memory().used();
  return succeeded();
}
