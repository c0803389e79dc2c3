#pragma once
// Runs work of a role outside the pipeline, on a separate thread.

#include <exception>
#include <functional>
#include <thread>

#include "device/out_of_memory.hpp"
#include "device/runtime.hpp"

namespace myxtts::device {

// Calls f on a new thread that works for `role`, then waits for the thread and for the device work that it enqueued, so
// that any stream may read what f made. Rethrows what f threw; throws core::OutOfMemoryError if memory ran out. A
// separate thread is needed because the data role's thread budget, priority and allocations must never apply to the
// model role's thread.
inline void run_as(DeviceRuntime& runtime, Role role, const std::function<void()>& f) {
  std::exception_ptr failure;
  std::thread thread([&] {
    try {
      const auto session = runtime.enter(role);
      translate_out_of_memory(role, runtime, f);
      runtime.wait_on_host(runtime.record(role == Role::kData ? Stream::kData : Stream::kModel));
    } catch (...) {
      failure = std::current_exception();
    }
  });
  thread.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace myxtts::device
