#include "core/processor_watch.hpp"

#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <string>

namespace myxtts::core {
namespace {

double own_seconds() {
  timespec time{};
  if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) != 0) return 0;
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double machine_seconds() {
  std::ifstream file("/proc/stat");
  std::string label;
  double user = 0, nice = 0, system = 0, idle = 0, io_wait = 0, interrupts = 0, soft_interrupts = 0, stolen = 0;
  file >> label >> user >> nice >> system >> idle >> io_wait >> interrupts >> soft_interrupts >> stolen;
  const double ticks = user + nice + system + interrupts + soft_interrupts + stolen;
  return file ? ticks / static_cast<double>(sysconf(_SC_CLK_TCK)) : 0;
}

}  // namespace

ProcessorWatch::ProcessorWatch() : own_seconds_(own_seconds()), machine_seconds_(machine_seconds()) {}

BusyCores ProcessorWatch::busy_cores() const {
  const double wall = std::max(watch_.seconds(), 1e-9);
  const double own = own_seconds() - own_seconds_;
  return {.own = own / wall, .others = std::max(0.0, machine_seconds() - machine_seconds_ - own) / wall};
}

}  // namespace myxtts::core
