#include "core/processor_watch.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <ctime>
#include <sstream>
#include <thread>

namespace myxtts::core {
namespace {

constexpr double kClockSeconds = 2e-6;  // std::clock() counts microseconds

double own_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// Between readings of another clock of this process's processor time, however busy the machine is.
TEST(ProcessorTimes, CountTheWorkOfThisProcessButNotItsSleep) {
  const double before = own_seconds();
  const ProcessorTimes begin = processor_times();
  const double work_begin = own_seconds();
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  volatile double work = 0;
  while (own_seconds() - work_begin < 0.1) work = std::sqrt(work + 1);
  const double work_end = own_seconds();
  const ProcessorTimes end = processor_times();
  const double after = own_seconds();
  EXPECT_GE(end.own_seconds - begin.own_seconds, work_end - work_begin - kClockSeconds);
  EXPECT_LE(end.own_seconds - begin.own_seconds, after - before + kClockSeconds);
  EXPECT_GE(end.wall_seconds - begin.wall_seconds, 0.1 + work_end - work_begin - kClockSeconds);
  EXPECT_GE(end.machine_seconds, begin.machine_seconds);
}

TEST(ProcessorTimes, AllButIdlingAndWaitingIsTheMachinesWork) {
  std::istringstream stat("cpu  100 20 30 4000 500 6 7 8 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n");
  EXPECT_EQ(machine_ticks(stat), 100 + 20 + 30 + 6 + 7 + 8);
  std::istringstream unknown("no figures");
  EXPECT_EQ(machine_ticks(unknown), 0);
}

TEST(BusyCores, TheWorkOfThisProcessIsNotThatOfOthers) {
  const BusyCores busy = busy_cores({10, 4, 100}, {12, 7, 108});
  EXPECT_DOUBLE_EQ(busy.own, 1.5);
  EXPECT_DOUBLE_EQ(busy.others, 2.5);
}

TEST(BusyCores, OthersAreNeverNegative) {
  EXPECT_EQ(busy_cores({10, 4, 100}, {12, 7, 102}).others, 0);  // the machine's ticks come late
  EXPECT_EQ(busy_cores({10, 4, 0}, {12, 7, 0}).others, 0);      // the system does not say
}

TEST(ProcessorWatch, WatchesFromItsConstructionOn) {
  const ProcessorTimes before = processor_times();
  const ProcessorWatch watch;
  volatile double work = 0;
  while (processor_times().own_seconds - before.own_seconds < 0.05) work = std::sqrt(work + 1);
  const double own = watch.busy_cores().own;
  const double outer_seconds = processor_times().wall_seconds - before.wall_seconds;
  EXPECT_GT(own * outer_seconds, 0.04);
}

}  // namespace
}  // namespace myxtts::core
