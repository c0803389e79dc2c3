#include "simulated_cuda/runtime/pinned_memory.hpp"

#include <cuda_runtime_api.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <map>
#include <mutex>

#include "simulated_cuda/runtime/counts.hpp"
#include "simulated_cuda/runtime/devices.hpp"
#include "simulated_cuda/runtime/errors.hpp"
#include "simulated_cuda/runtime/program_end.hpp"
#include "simulated_cuda/runtime/streams.hpp"

namespace myxtts::simulated_cuda {
namespace {

constexpr std::uintptr_t kPage = 4096;

// An access of an item that the host has not waited for.
struct Pending {
  Item item;
  Access access;
};

struct Piece {
  char* memory = nullptr;
  std::size_t bytes = 0;
  char* alias = nullptr;  // null: the program's own memory
  std::vector<Pending> pending;
};

// Thread: under the mutex; what is pending, under the order's lock.
struct Pieces {
  std::recursive_mutex mutex;              // a fault may come while its thread holds it
  std::map<std::uintptr_t, Piece> pieces;  // by address
};

Pieces& all() {
  static Pieces& pieces = *new Pieces;
  return pieces;
}

std::uintptr_t place_of(const void* address) { return reinterpret_cast<std::uintptr_t>(address); }

// The piece that holds an address, or the end.
std::map<std::uintptr_t, Piece>::iterator piece_at(std::uintptr_t place) {
  auto piece = all().pieces.upper_bound(place);
  if (piece == all().pieces.begin()) return all().pieces.end();
  --piece;
  return place < piece->first + piece->second.bytes ? piece : all().pieces.end();
}

// Of the pages with these addresses.
void set_protection(const Piece& piece, std::uintptr_t begin, std::uintptr_t end, int protection) {
  const std::uintptr_t first = begin / kPage * kPage;
  ::mprotect(piece.memory + (first - place_of(piece.memory)), end - first, protection);
}

// Reads first: where a page is both to be read and to be written, it is closed.
void protect(const Piece& piece) {
  for (const bool write : {false, true}) {
    for (const Pending& pending : piece.pending) {
      const Access& access = pending.access;
      if (access.write == write) set_protection(piece, access.begin, access.end, write ? PROT_NONE : PROT_READ);
    }
  }
}

void open(const Piece& piece) { ::mprotect(piece.memory, piece.bytes, PROT_READ | PROT_WRITE); }

void remember(void* memory, std::size_t bytes, char* alias) {
  const std::scoped_lock lock(all().mutex);
  all().pieces[place_of(memory)] = {static_cast<char*>(memory), bytes, alias, {}};
}

// Returns the piece; without bytes for memory that is not pinned.
Piece forget(void* memory) {
  const std::scoped_lock lock(order(), all().mutex);
  const auto node = all().pieces.extract(place_of(memory));
  if (node.empty()) return {};
  detector().forget(node.key(), node.key() + node.mapped().bytes);
  return std::move(node.mapped());
}

[[noreturn]] void report(const Pending& pending, const void* address, bool write) {
  std::fprintf(stderr,
               "simulated CUDA: race, the host %s pinned memory at %p that '%s' (GPU %d, stream %d, item %llu) %s\n",
               write ? "writes to" : "reads", address, pending.item.name, pending.item.device, pending.item.stream,
               static_cast<unsigned long long>(pending.item.number),
               pending.access.write ? "is still to write" : "is still to read");
  print_trace(pending.item.name, pending.item.trace);
  print_trace("the host", trace_here());
  end_with_race_code();
}

}  // namespace

bool is_pinned(const void* address) {
  const std::scoped_lock lock(all().mutex);
  return piece_at(place_of(address)) != all().pieces.end();
}

void* pinned_alias(const void* address) {
  const std::scoped_lock lock(all().mutex);
  const auto piece = piece_at(place_of(address));
  if (piece == all().pieces.end() || piece->second.alias == nullptr) return const_cast<void*>(address);
  return piece->second.alias + (place_of(address) - piece->first);
}

void watch_pinned(const Item& item, const std::vector<Access>& accesses) {
  for (const Access& access : accesses) {
    const std::scoped_lock lock(all().mutex);
    const auto piece = piece_at(access.begin);
    if (piece == all().pieces.end() || piece->second.alias == nullptr) continue;
    piece->second.pending.push_back({item, access});
    protect(piece->second);
  }
}

void release_pinned(const Clock& host) {
  const std::scoped_lock lock(all().mutex);
  for (auto& [place, piece] : all().pieces) {
    const auto seen = [&](const Pending& pending) { return host.at(pending.item.stream) >= pending.item.number; };
    if (std::erase_if(piece.pending, seen) == 0) continue;
    open(piece);
    protect(piece);
  }
}

bool explain_fault(const void* address, bool write) {
  const std::scoped_lock lock(all().mutex);
  const std::uintptr_t place = place_of(address);
  const auto piece = piece_at(place);
  if (piece == all().pieces.end()) return false;
  for (const Pending& pending : piece->second.pending) {
    const bool here = pending.access.begin <= place && place < pending.access.end;
    if (here && (write || pending.access.write)) report(pending, address, write);
  }
  set_protection(piece->second, place, place + 1, PROT_READ | PROT_WRITE);
  return true;
}

}  // namespace myxtts::simulated_cuda

using namespace myxtts::simulated_cuda;

cudaError_t cudaHostAlloc(void** memory, std::size_t bytes, unsigned) {
  count(kHost, "cudaHostAlloc", 0, bytes);
  const int file = ::memfd_create("simulated-pinned", MFD_CLOEXEC);
  if (file < 0 || ::ftruncate(file, static_cast<off_t>(bytes)) != 0) return failed(cudaErrorMemoryAllocation);
  *memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  void* const alias = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  ::close(file);
  if (*memory == MAP_FAILED || alias == MAP_FAILED) return failed(cudaErrorMemoryAllocation);
  remember(*memory, bytes, static_cast<char*>(alias));
  return succeeded();
}

// Waits for all GPUs, as the real call does.
cudaError_t cudaFreeHost(void* memory) {
  for (const auto& stream : all_streams()) stream->drain();
  const Piece piece = forget(memory);
  if (piece.bytes == 0) return failed(cudaErrorInvalidValue);
  ::munmap(memory, piece.bytes);
  ::munmap(piece.alias, piece.bytes);
  return succeeded();
}

cudaError_t cudaHostRegister(void* memory, std::size_t bytes, unsigned) {
  remember(memory, bytes, nullptr);
  return succeeded();
}

cudaError_t cudaHostUnregister(void* memory) {
  return forget(memory).bytes == 0 ? failed(cudaErrorInvalidValue) : succeeded();
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
