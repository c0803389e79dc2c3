#pragma once
// Errors for memory that a role requested and did not get: one type inside libtorch, one for the rest of the program.

#include <torch/types.h>

#include <cstdint>
#include <exception>
#include <optional>
#include <string>

#include "core/error.hpp"
#include "device/role.hpp"
#include "device/runtime.hpp"

namespace myxtts::device {

// Units: bytes.
struct RefusedRequest {
  Role role = Role::kNone;
  std::string where;          // "CPU", "cuda:1"
  std::int64_t asked = 0;     // requested
  std::int64_t in_use = 0;    // by the role, overhead included
  std::int64_t overhead = 0;  // part of in_use: context, libraries and workspaces
  std::int64_t cap = 0;       // 0: no cap
  std::int64_t kept = 0;      // kept by the device's allocator for reuse, in pieces that are too small
  bool device_full = false;   // the device is full, although the cap (if any) is not reached
};

// Thrown by the roles' allocators. It derives from libtorch's own error, so that libtorch continues when it can do with
// less (cuDNN's next algorithm needs a smaller workspace). It names the role, the cap, the bytes in use, the bytes
// requested and the flag to change.
class AllocationRefused final : public c10::OutOfMemoryError {
 public:
  explicit AllocationRefused(const RefusedRequest& request);
  [[nodiscard]] const RefusedRequest& request() const { return request_; }

 private:
  RefusedRequest request_;
};

// What a command does with the memory: it decides the advice, because its flags do.
enum class Work {
  kTraining,
  kSpeech,  // a trained model speaks, or is measured
};

// Whether `error` says that memory ran out: in the roles' allocators, in libtorch's own, or in a library that allocates
// from the driver (cuBLAS, cuDNN, a kernel's module).
[[nodiscard]] bool is_out_of_memory(const std::exception& error);

// An out-of-memory error as the error that names the role; no value for any other error.
[[nodiscard]] std::optional<core::OutOfMemoryError> as_out_of_memory(const std::exception& error, Role role,
                                                                     const DeviceRuntime& runtime,
                                                                     Work work = Work::kTraining);

// Runs f(), which is work of `role`. If memory runs out in it, throws core::OutOfMemoryError, whichever component
// noticed it first.
template <class F>
auto translate_out_of_memory(Role role, const DeviceRuntime& runtime, F&& f, Work work = Work::kTraining) {
  try {
    return f();
  } catch (const std::exception& error) {
    if (const auto named = as_out_of_memory(error, role, runtime, work)) throw *named;
    throw;
  }
}

}  // namespace myxtts::device
