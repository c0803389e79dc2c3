#pragma once
// Memory that a role asked for and did not get: one error inside libtorch, and one for everybody else.

#include <torch/torch.h>

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
  std::int64_t asked = 0;     // for
  std::int64_t in_use = 0;    // by the role, overhead included
  std::int64_t overhead = 0;  // of in_use: context, libraries and workspaces
  std::int64_t cap = 0;       // 0: none
  std::int64_t kept = 0;      // by the device's allocator for reuse, in pieces that are too small
  bool device_full = false;   // the device had no room, though the cap (if any) has
};

// What the roles' allocators throw: libtorch's own kind, so that it goes on where it can do with less (cuDNN's next
// algorithm needs a smaller workspace). It names the role, the cap, what is in use, what was asked for and the flag to
// change.
class AllocationRefused final : public c10::OutOfMemoryError {
 public:
  explicit AllocationRefused(const RefusedRequest& request);
};

// Whether `error` says that memory ran out: in the roles' allocators, in libtorch's own, or in a library that asks the
// driver (cuBLAS, cuDNN, a kernel's module).
[[nodiscard]] bool is_out_of_memory(const std::exception& error);

// Such an error as the one that names the role; nothing for any other.
[[nodiscard]] std::optional<core::OutOfMemoryError> as_out_of_memory(const std::exception& error, Role role,
                                                                     const DeviceRuntime& runtime);

// f(), the work of `role`; where memory runs out in it, core::OutOfMemoryError is thrown, whoever noticed first.
template <class F>
auto translate_out_of_memory(Role role, const DeviceRuntime& runtime, F&& f) {
  try {
    return f();
  } catch (const std::exception& error) {
    if (const auto named = as_out_of_memory(error, role, runtime)) throw *named;
    throw;
  }
}

}  // namespace myxtts::device
