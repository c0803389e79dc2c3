#pragma once
// How much the processor works, for this process and for others.

#include "core/stopwatch.hpp"

namespace myxtts::core {

// Cores that were kept busy, on average.
struct BusyCores {
  double own = 0;     // by this process, all its threads
  double others = 0;  // by all other processes; 0 where the system does not say
};

// Watches from its construction on. Source: clock_gettime(2); proc(5), /proc/stat, in ticks of about 10 ms.
class ProcessorWatch {
 public:
  ProcessorWatch();
  [[nodiscard]] BusyCores busy_cores() const;

 private:
  Stopwatch watch_;
  double own_seconds_;
  double machine_seconds_;
};

}  // namespace myxtts::core
