#pragma once
// Work of a role outside the pipeline, on a thread of its own.

#include <exception>
#include <functional>
#include <thread>

#include "device/out_of_memory.hpp"
#include "device/runtime.hpp"

namespace myxtts::device {

// Calls f on a new thread that works for `role`, waits for it and for the work that it left to the device (what f made
// may be read on any stream then), and rethrows what f threw; core::OutOfMemoryError where memory ran out. The data
// role's thread budget, priority and allocations must never fall to the model role's thread.
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
