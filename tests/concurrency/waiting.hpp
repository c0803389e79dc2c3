#pragma once
// How the tests of the pipeline wait, and how they disturb its schedules.

#include <chrono>
#include <thread>

#include "core/random.hpp"
#include "support/await.hpp"

namespace myxtts::concurrency {

using support::await;

// Mostly long enough for a thread to block where it should; no test fails where it was not.
inline void let_others_block() { std::this_thread::sleep_for(std::chrono::milliseconds(5)); }

// The disturbances of one thread in one random schedule.
class Disturbance {
 public:
  Disturbance(std::uint64_t schedule, std::uint64_t thread)
      : random_({.seed = schedule, .stage = 0, .epoch = 0, .item = thread, .purpose = core::Purpose::kSampling}) {}

  [[nodiscard]] std::uint64_t below(std::uint64_t bound) { return random_.below(bound); }
  void operator()() {
    const std::uint64_t choice = below(32);
    if (choice < 8) std::this_thread::yield();
    if (choice == 31) std::this_thread::sleep_for(std::chrono::microseconds(20));
  }

 private:
  core::CounterRandom random_;
};

}  // namespace myxtts::concurrency
