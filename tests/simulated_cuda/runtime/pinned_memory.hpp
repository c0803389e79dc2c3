#pragma once
// Page-locked host memory: ordinary memory that copies and the race detector know of.

namespace myxtts::simulated_cuda {

[[nodiscard]] bool is_pinned(const void* address);

}  // namespace myxtts::simulated_cuda
