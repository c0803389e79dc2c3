#pragma once
// How tests wait for what another thread brings about.

#include <chrono>
#include <functional>
#include <stdexcept>
#include <thread>

namespace myxtts::support {

// What takes longer hangs, however busy the machine is.
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
