// Copies and fills.

#include <cuda_runtime_api.h>

#include <cstring>
#include <memory>
#include <vector>

#include "simulated_cuda/runtime/counts.hpp"
#include "simulated_cuda/runtime/devices.hpp"
#include "simulated_cuda/runtime/errors.hpp"
#include "simulated_cuda/runtime/faults.hpp"
#include "simulated_cuda/runtime/pinned_memory.hpp"
#include "simulated_cuda/runtime/streams.hpp"

using namespace myxtts::simulated_cuda;

namespace {

struct Copy {
  const char* name;
  void* to;
  const void* from;
  std::size_t bytes;
};

Access access_to(const void* memory, std::size_t bytes, bool write) {
  const auto begin = reinterpret_cast<std::uintptr_t>(memory);
  return {begin, begin + bytes, write};
}

bool is_pageable(const void* memory) { return device_of(memory) < 0 && !is_pinned(memory); }

bool crosses(const Copy& copy) {
  const int to = device_of(copy.to), from = device_of(copy.from);
  return to >= 0 && from >= 0 && to != from;
}

const char* kind_of(const Copy& copy) {
  const bool to = device_of(copy.to) >= 0, from = device_of(copy.from) >= 0;
  if (crosses(copy)) return "copy-peer";
  if (to) return from ? "copy-device-to-device" : "copy-host-to-device";
  return from ? "copy-device-to-host" : "copy-host-to-host";
}

void move(const Copy& copy, bool corrupt) {
  delay_copy();
  char* const to = static_cast<char*>(alias(copy.to));
  std::memmove(to, alias(copy.from), copy.bytes);
  if (corrupt) to[copy.bytes / 2] = static_cast<char>(~to[copy.bytes / 2]);
}

// A source that is not page-locked is read before the call returns; a destination is written before it returns.
cudaError_t enqueue_copy(Copy copy, Stream& stream) {
  if (copy.bytes == 0) return succeeded();
  count(stream.device, kind_of(copy), 0, copy.bytes);
  std::vector<Access> accesses;
  std::shared_ptr<std::vector<char>> kept;
  if (is_pageable(copy.from)) {
    const char* begin = static_cast<const char*>(copy.from);
    kept = std::make_shared<std::vector<char>>(begin, begin + copy.bytes);
    copy.from = kept->data();
  } else {
    accesses.push_back(access_to(copy.from, copy.bytes, false));
  }
  const bool returns = is_pageable(copy.to);
  if (!returns) accesses.push_back(access_to(copy.to, copy.bytes, true));
  const bool corrupt = crosses(copy) && corrupts_peer_copy();
  put(stream, copy.name, accesses, [copy, kept, corrupt] { move(copy, corrupt); });
  if (returns) {
    count(kHost, "blocking-copy");
    synchronise(stream);
  }
  return succeeded();
}

}  // namespace

cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind, cudaStream_t stream) {
  return enqueue_copy({"cudaMemcpyAsync", to, from, bytes}, stream_of(stream));
}

cudaError_t cudaMemcpyPeerAsync(void* to, int, const void* from, int, std::size_t bytes, cudaStream_t stream) {
  return enqueue_copy({"cudaMemcpyPeerAsync", to, from, bytes}, stream_of(stream));
}

cudaError_t cudaMemcpy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind) {
  count(kHost, "cudaMemcpy");
  const cudaError_t result = enqueue_copy({"cudaMemcpy", to, from, bytes}, stream_of(nullptr));
  synchronise(stream_of(nullptr));
  return result;
}

cudaError_t cudaMemsetAsync(void* memory, int value, std::size_t bytes, cudaStream_t stream) {
  count(stream_of(stream).device, "fill", 0, bytes);
  put(stream_of(stream), "cudaMemsetAsync", {access_to(memory, bytes, true)},
      [=] { std::memset(alias(memory), value, bytes); });
  return succeeded();
}

cudaError_t cudaMemset(void* memory, int value, std::size_t bytes) {
  return cudaMemsetAsync(memory, value, bytes, nullptr);
}
