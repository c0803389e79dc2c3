#pragma once
// Prints the progress of training: a progress bar, or a line now and then without a terminal; validations; totals.

#include <chrono>
#include <cstdint>

#include "core/console.hpp"
#include "core/reports.hpp"
#include "report/progress_rate.hpp"

namespace myxtts::report {

// Thread: the model role's thread only.
class ProgressPrinter : public core::TrainingObserver {
 public:
  // The printer of one stage. planned_steps: of the stage, for the share done and the time left; log_every: steps
  // between two lines without a terminal.
  ProgressPrinter(core::Console& console, std::int64_t planned_steps, std::int64_t log_every);

  void on_step(const core::StepReport& report) override;
  void on_validation(const core::ValidationReport& report) override;
  // Prints where the time went (totals_table in progress_text.hpp).
  void on_end(const core::RunReport& report) override;

 private:
  using Clock = std::chrono::steady_clock;

  core::Console& console_;
  std::int64_t planned_steps_;
  std::int64_t log_every_;
  ProgressRate rate_;
  double padding_sum_ = 0;
  std::int64_t reports_ = 0;
  Clock::time_point next_bar_{};
};

}  // namespace myxtts::report
