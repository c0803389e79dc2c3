#include "core/processor_watch.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <ctime>
#include <thread>

namespace myxtts::core {
namespace {

double own_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

TEST(ProcessorWatch, CountsTheWorkOfThisProcessButNotItsSleep) {
  const Stopwatch time;
  const ProcessorWatch watch;
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_LT(watch.busy_cores().own, 0.5);
  volatile double work = 0;
  const double begin = own_seconds();
  while (own_seconds() - begin < 0.3) work = std::sqrt(work + 1);
  EXPECT_NEAR(watch.busy_cores().own * time.seconds(), 0.3, 0.1);
}

TEST(ProcessorWatch, TheWorkOfThisProcessIsNotThatOfOthers) {
  const Stopwatch time;
  const ProcessorWatch watch;
  volatile double work = 0;
  while (time.seconds() < 0.3) work = std::sqrt(work + 1);
  const BusyCores busy = watch.busy_cores();
  EXPECT_GE(busy.others, 0);
  EXPECT_LE(busy.own + busy.others, std::thread::hardware_concurrency() + 0.2);
}

}  // namespace
}  // namespace myxtts::core
