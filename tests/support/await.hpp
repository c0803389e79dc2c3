#pragma once
// Lets tests wait for an effect of another thread.

#include <chrono>
#include <functional>
#include <stdexcept>
#include <thread>

namespace myxtts::support {

// A wait that takes longer is a hang, even on a busy machine.
inline constexpr std::chrono::seconds kHangs{60};

// Waits until the condition holds. Throws: std::runtime_error after kHangs.
inline void await(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + kHangs;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("the awaited condition never came");
    std::this_thread::sleep_for(std::chrono::microseconds(50));
  }
}

}  // namespace myxtts::support
