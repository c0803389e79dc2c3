#pragma once
// Page-locked host memory. It is mapped twice, as a GPU's memory is: streams use the alias. What a stream is still to
// write the program can neither read nor write, and what it is still to read the program cannot write, until the host
// has waited for it; an access in between ends the program. Whether the stream's work happens to be done plays no part.
// Memory that the program brings itself (cudaHostRegister) is not watched.

#include <vector>

#include "simulated_cuda/runtime/race_detector.hpp"

namespace myxtts::simulated_cuda {

[[nodiscard]] bool is_pinned(const void* address);

// The alias of an address of page-locked memory; other addresses as they are.
[[nodiscard]] void* pinned_alias(const void* address);

// An item was put on a stream. Under the order's lock.
void watch_pinned(const Item& item, const std::vector<Access>& accesses);

// The host has waited. Under the order's lock.
void release_pinned(const Clock& host);

// Of a host access that faulted. A race: is reported, and the program ends. Another byte of such a page: its page is
// watched no longer. Returns false for memory that is not page-locked.
[[nodiscard]] bool explain_fault(const void* address, bool write);

}  // namespace myxtts::simulated_cuda
