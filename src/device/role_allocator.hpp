#pragma once
// Counts host memory by role: libtorch knows only one CPU device, so it cannot tell the tensors of the two roles apart.

#include <torch/types.h>

#include <cstdint>

#include "device/role.hpp"

namespace myxtts::device {

// Makes libtorch's CPU allocator count bytes by the allocating thread's role and tag each storage with it. Storages
// that were made earlier stay untagged (kNone) and uncounted. Only the first call in a process has an effect.
// Thread: libtorch reads the allocator without a lock, so call it before other threads use torch.
void install_role_allocator();

// The role whose thread allocated the tensor's storage; kNone for an undefined tensor, for memory that did not come
// from the role allocator (from_blob, a mapped file), and on any device but the CPU.
[[nodiscard]] Role role_of(const torch::Tensor& tensor);

// Bytes that a role has allocated and that no thread has freed yet. Units: bytes. Thread: any.
[[nodiscard]] std::int64_t live_bytes(Role role);

// The maximum of live_bytes() since the start or the last reset_peak_bytes(). Units: bytes. Thread: any.
[[nodiscard]] std::int64_t peak_bytes(Role role);
void reset_peak_bytes(Role role);

// From now on an allocation that would take the role's live bytes over `bytes` throws AllocationRefused, which names
// the role, the cap, the bytes in use, the bytes requested and the flag to change; no memory is allocated then, and the
// process can continue. 0 means no cap. Units: bytes. Thread: any.
void set_cap(Role role, std::int64_t bytes);
[[nodiscard]] std::int64_t cap(Role role);

}  // namespace myxtts::device
