#include "report/progress_rate.hpp"

namespace myxtts::report {

void ProgressRate::add(const core::StepReport& report) {
  steps_.push_back({report.step_ms + report.stall_ms, report.stall_ms, report.audio_seconds});
  if (steps_.size() > kWindow) steps_.pop_front();
}

ProgressRate::Step ProgressRate::sum() const {
  Step sum;
  for (const Step& step : steps_) {
    sum.wall_ms += step.wall_ms;
    sum.stall_ms += step.stall_ms;
    sum.audio_seconds += step.audio_seconds;
  }
  return sum;
}

double ProgressRate::audio_seconds_per_second() const {
  const Step total = sum();
  return total.wall_ms > 0 ? 1e3 * total.audio_seconds / total.wall_ms : 0;
}

double ProgressRate::stall_share() const {
  const Step total = sum();
  return total.wall_ms > 0 ? total.stall_ms / total.wall_ms : 0;
}

double ProgressRate::seconds_for(std::int64_t steps) const {
  if (steps_.empty()) return 0;
  return 1e-3 * sum().wall_ms / static_cast<double>(steps_.size()) * static_cast<double>(steps);
}

}  // namespace myxtts::report
