#pragma once
// Host memory, told apart by role: libtorch knows one CPU device, so both roles' tensors would look alike.

#include <torch/torch.h>

#include <cstdint>

#include "device/role.hpp"

namespace myxtts::device {

// Makes libtorch's CPU allocator count bytes by the allocating thread's role and tag each storage with it. Storages
// made before stay untagged (kNone) and uncounted. Idempotent, once a process.
// Thread: libtorch reads the allocator without a lock, so call it before other threads use torch.
void install_role_allocator();

// The role whose thread allocated the tensor's storage; kNone for an undefined tensor, for memory that did not come
// from the role allocator (from_blob, a mapped file), and on any device but the CPU.
[[nodiscard]] Role role_of(const torch::Tensor& tensor);

// What a role has allocated and not yet freed, by whichever thread. Units: bytes. Thread: any.
[[nodiscard]] std::int64_t live_bytes(Role role);

// The most that live_bytes() has been since the start or the last reset_peak_bytes(). Units: bytes. Thread: any.
[[nodiscard]] std::int64_t peak_bytes(Role role);
void reset_peak_bytes(Role role);

// From now on an allocation that would take the role's live bytes over `bytes` throws AllocationRefused, which names
// the role, the cap, what is in use, what was asked for and the flag to change; nothing is allocated then and the
// process goes on. 0 means no cap. Units: bytes. Thread: any.
void set_cap(Role role, std::int64_t bytes);
[[nodiscard]] std::int64_t cap(Role role);

}  // namespace myxtts::device
