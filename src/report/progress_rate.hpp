#pragma once
// The recent speed of training, from the times in the step reports.

#include <cstddef>
#include <cstdint>
#include <deque>

#include "core/reports.hpp"

namespace myxtts::report {

// Figures over the last kWindow steps; 0 before the first one.
class ProgressRate {
 public:
  static constexpr std::size_t kWindow = 50;

  void add(const core::StepReport& report);

  // Units: seconds of real speech per second of wall time.
  [[nodiscard]] double audio_seconds_per_second() const;
  // Share of the time in which the model role waited for data, 0-1.
  [[nodiscard]] double stall_share() const;
  // Units: seconds that `steps` more steps take at this rate (without validation and saving).
  [[nodiscard]] double seconds_for(std::int64_t steps) const;

 private:
  struct Step {
    double wall_ms = 0;
    double stall_ms = 0;
    double audio_seconds = 0;
  };
  [[nodiscard]] Step sum() const;

  std::deque<Step> steps_;
};

}  // namespace myxtts::report
