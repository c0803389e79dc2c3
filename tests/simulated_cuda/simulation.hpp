#pragma once
// What the simulated CUDA runtime offers the emulator of operators besides CUDA's own calls.

#include <cstdint>
#include <functional>
#include <vector>

struct CUstream_st;

namespace myxtts::simulated_cuda {

// A read or a write of memory, at addresses as the program sees them. Units: bytes, `end` is the first one behind.
struct Access {
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
  bool write = false;
};

// Puts work on a stream: its thread runs it after all that was put there before. `name` appears in reports and must
// outlive the program; `accesses` are compared with those of other streams. After a fault no work is run any more.
// Thread: any.
void enqueue(CUstream_st* stream, const char* name, const std::vector<Access>& accesses, std::function<void()> work);

// Waits until the stream has nothing to do. For the emulator's own needs: the race detector does not take it for a wait
// of the program. Thread: any but a stream's.
void drain(CUstream_st* stream);

// Counts an operator that ran on a GPU once; see runtime/counts.hpp. device: -1 for what the host did. Thread: any.
void count(int device, const char* what, std::uint64_t kernels = 0, std::uint64_t bytes = 0);

// The address behind a device address that a stream's thread may read and write; other addresses as they are.
[[nodiscard]] void* alias(const void* address);

}  // namespace myxtts::simulated_cuda
