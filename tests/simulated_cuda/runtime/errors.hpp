#pragma once
// Errors: of the last call of a thread, of the whole context, and those that end the program.

#include <driver_types.h>

#include <string>

namespace myxtts::simulated_cuda {

// Remembers the error for cudaGetLastError() of this thread, and returns it.
cudaError_t failed(cudaError_t error);

// What a call that succeeded returns: success, or the error that the context has had, remembered as by failed().
[[nodiscard]] cudaError_t succeeded();

// From now on every call fails with this error, as after a fault on a real GPU.
void break_context(cudaError_t error);
[[nodiscard]] bool context_is_broken();

// For what the simulation cannot do: says so on stderr and aborts.
[[noreturn]] void end_program(const std::string& message);

}  // namespace myxtts::simulated_cuda
