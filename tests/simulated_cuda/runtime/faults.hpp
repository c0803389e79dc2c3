#pragma once
// Faults on demand, see Settings.

#include <chrono>
#include <cstddef>

#include "simulated_cuda/runtime/race_detector.hpp"

namespace myxtts::simulated_cuda {

// How long a stream pauses before an item: for one item in eight up to a millisecond, by the seed; else nothing.
[[nodiscard]] std::chrono::nanoseconds random_delay(const Item& item);

// What every copy takes longer, on its stream.
void delay_copy();

// Whether this copy between GPUs is the one that changes a byte.
[[nodiscard]] bool corrupts_peer_copy();

// Whether this call of cudaStreamWaitEvent does nothing.
[[nodiscard]] bool forgets_wait();

// Whether this call of cudaEventRecord does nothing.
[[nodiscard]] bool forgets_record();

}  // namespace myxtts::simulated_cuda
