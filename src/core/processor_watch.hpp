#pragma once
// How busy the processor is with this process and with others.

#include <iosfwd>

namespace myxtts::core {

// Processor time spent up to a point in time. Units: s.
struct ProcessorTimes {
  double wall_seconds = 0;     // the point in time, on a steady clock
  double own_seconds = 0;      // by all threads of this process
  double machine_seconds = 0;  // by all processes; 0 if the system does not report it
};

// The times up to now. Source: clock_gettime(2); proc(5), /proc/stat, in ticks of about 10 ms.
[[nodiscard]] ProcessorTimes processor_times();
// Time spent by all processes, parsed from the text of /proc/stat. Units: ticks; 0 if it cannot be parsed.
[[nodiscard]] double machine_ticks(std::istream& stat);

// Average number of busy cores.
struct BusyCores {
  double own = 0;     // with all threads of this process
  double others = 0;  // with all other processes; 0 if the system does not report it
};

[[nodiscard]] BusyCores busy_cores(const ProcessorTimes& begin, const ProcessorTimes& end);

// Measures from its construction on.
class ProcessorWatch {
 public:
  [[nodiscard]] BusyCores busy_cores() const { return core::busy_cores(begin_, processor_times()); }

 private:
  ProcessorTimes begin_ = processor_times();
};

}  // namespace myxtts::core
