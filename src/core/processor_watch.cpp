#include "core/processor_watch.hpp"

#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <string>

namespace myxtts::core {
namespace {

double seconds_of(clockid_t clock) {
  timespec time{};
  if (clock_gettime(clock, &time) != 0) return 0;
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

}  // namespace

double machine_ticks(std::istream& stat) {
  std::string label;
  double user = 0, nice = 0, system = 0, idle = 0, io_wait = 0, interrupts = 0, soft_interrupts = 0, stolen = 0;
  stat >> label >> user >> nice >> system >> idle >> io_wait >> interrupts >> soft_interrupts >> stolen;
  return stat ? user + nice + system + interrupts + soft_interrupts + stolen : 0;
}

ProcessorTimes processor_times() {
  std::ifstream stat("/proc/stat");
  const double ticks_per_second = static_cast<double>(sysconf(_SC_CLK_TCK));
  return {.wall_seconds = seconds_of(CLOCK_MONOTONIC),
          .own_seconds = seconds_of(CLOCK_PROCESS_CPUTIME_ID),
          .machine_seconds = machine_ticks(stat) / ticks_per_second};
}

BusyCores busy_cores(const ProcessorTimes& begin, const ProcessorTimes& end) {
  const double wall = std::max(end.wall_seconds - begin.wall_seconds, 1e-9);
  const double own = end.own_seconds - begin.own_seconds;
  const double others = std::max(0.0, end.machine_seconds - begin.machine_seconds - own);  // ticks are coarse
  return {.own = own / wall, .others = others / wall};
}

}  // namespace myxtts::core
