#pragma once
// How much the processor works, for this process and for others.

#include <iosfwd>

namespace myxtts::core {

// Processor time that was spent until a moment. Units: s.
struct ProcessorTimes {
  double wall_seconds = 0;     // the moment, on a steady clock
  double own_seconds = 0;      // by this process, all its threads
  double machine_seconds = 0;  // by all processes; 0 where the system does not say
};

// Now. Source: clock_gettime(2); proc(5), /proc/stat, in ticks of about 10 ms.
[[nodiscard]] ProcessorTimes processor_times();
// By all processes, of the text of /proc/stat. Units: ticks; 0 where it is not understood.
[[nodiscard]] double machine_ticks(std::istream& stat);

// Cores that were kept busy, on average.
struct BusyCores {
  double own = 0;     // by this process, all its threads
  double others = 0;  // by all other processes; 0 where the system does not say
};

[[nodiscard]] BusyCores busy_cores(const ProcessorTimes& begin, const ProcessorTimes& end);

// Watches from its construction on.
class ProcessorWatch {
 public:
  [[nodiscard]] BusyCores busy_cores() const { return core::busy_cores(begin_, processor_times()); }

 private:
  ProcessorTimes begin_ = processor_times();
};

}  // namespace myxtts::core
