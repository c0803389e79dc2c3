#pragma once
// Where the time went: seconds added up per named part of the pipeline.

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace myxtts::core {

struct StageTime {
  double seconds = 0;
  long count = 0;
};

// Thread: all calls are thread-safe.
class StageClock {
 public:
  void add(std::string_view part, double seconds);
  [[nodiscard]] std::map<std::string, StageTime> totals() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, StageTime, std::less<>> parts_;
};

class Stopwatch {
 public:
  [[nodiscard]] double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }
  [[nodiscard]] double milliseconds() const { return 1e3 * seconds(); }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_ = Clock::now();
};

// Adds the time until the end of the scope to one part.
class ScopedTime {
 public:
  ScopedTime(StageClock& clock, std::string_view part) : clock_(clock), part_(part) {}
  ~ScopedTime() { clock_.add(part_, watch_.seconds()); }
  ScopedTime(const ScopedTime&) = delete;
  ScopedTime& operator=(const ScopedTime&) = delete;

 private:
  StageClock& clock_;
  std::string_view part_;
  Stopwatch watch_;
};

}  // namespace myxtts::core
