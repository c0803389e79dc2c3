#include "simulated_cuda/runtime/pinned_memory.hpp"

#include <cuda_runtime_api.h>
#include <sys/mman.h>

#include <cstdint>
#include <map>
#include <mutex>

#include "simulated_cuda/runtime/devices.hpp"
#include "simulated_cuda/runtime/errors.hpp"
#include "simulated_cuda/runtime/streams.hpp"

namespace myxtts::simulated_cuda {
namespace {

struct Pieces {
  std::mutex mutex;
  std::map<std::uintptr_t, std::size_t> sizes;  // by address
};

Pieces& pieces() {
  static Pieces& all = *new Pieces;
  return all;
}

void remember(void* memory, std::size_t bytes) {
  const std::scoped_lock lock(pieces().mutex);
  pieces().sizes[reinterpret_cast<std::uintptr_t>(memory)] = bytes;
}

// Returns the size; 0 for memory that is not pinned.
std::size_t forget(void* memory) {
  const std::scoped_lock lock(order(), pieces().mutex);
  const auto node = pieces().sizes.extract(reinterpret_cast<std::uintptr_t>(memory));
  if (node.empty()) return 0;
  detector().forget(node.key(), node.key() + node.mapped());
  return node.mapped();
}

}  // namespace

bool is_pinned(const void* address) {
  const std::scoped_lock lock(pieces().mutex);
  const auto place = reinterpret_cast<std::uintptr_t>(address);
  auto piece = pieces().sizes.upper_bound(place);
  if (piece == pieces().sizes.begin()) return false;
  --piece;
  return place < piece->first + piece->second;
}

}  // namespace myxtts::simulated_cuda

using namespace myxtts::simulated_cuda;

cudaError_t cudaHostAlloc(void** memory, std::size_t bytes, unsigned) {
  *memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (*memory == MAP_FAILED) return failed(cudaErrorMemoryAllocation);
  remember(*memory, bytes);
  return succeeded();
}

cudaError_t cudaFreeHost(void* memory) {
  const std::size_t bytes = forget(memory);
  if (bytes == 0) return failed(cudaErrorInvalidValue);
  ::munmap(memory, bytes);
  return succeeded();
}

cudaError_t cudaHostRegister(void* memory, std::size_t bytes, unsigned) {
  remember(memory, bytes);
  return succeeded();
}

cudaError_t cudaHostUnregister(void* memory) {
  return forget(memory) == 0 ? failed(cudaErrorInvalidValue) : succeeded();
}

cudaError_t cudaPointerGetAttributes(cudaPointerAttributes* attributes, const void* memory) {
  *attributes = {};
  void* const address = const_cast<void*>(memory);
  const int device = device_of(memory);
  if (device >= 0) {
    attributes->type = cudaMemoryTypeDevice;
    attributes->device = device;
    attributes->devicePointer = address;
  } else if (is_pinned(memory)) {
    attributes->type = cudaMemoryTypeHost;
    attributes->devicePointer = attributes->hostPointer = address;
  } else {
    attributes->type = cudaMemoryTypeUnregistered;
    attributes->device = cudaInvalidDeviceId;
    attributes->hostPointer = address;
  }
  return succeeded();
}
