#include "report/progress_printer.hpp"

#include "report/progress_text.hpp"

namespace myxtts::report {
namespace {

constexpr std::chrono::milliseconds kBarInterval{100};

}  // namespace

ProgressPrinter::ProgressPrinter(core::Console& console, std::int64_t planned_steps, std::int64_t log_every)
    : console_(console), planned_steps_(planned_steps), log_every_(log_every) {}

void ProgressPrinter::on_step(const core::StepReport& report) {
  rate_.add(report);
  padding_sum_ += report.padding;
  ++reports_;
  const bool last = report.step == planned_steps_;
  if (!console_.is_terminal()) {
    if (last || (log_every_ > 0 && report.step % log_every_ == 0)) {
      console_.info(progress_line(report, rate_, planned_steps_));
    }
    return;
  }
  if (const Clock::time_point now = Clock::now(); last || now >= next_bar_) {
    console_.progress(progress_bar(report, rate_, planned_steps_));
    next_bar_ = now + kBarInterval;
  }
}

void ProgressPrinter::on_validation(const core::ValidationReport& report) { console_.info(validation_line(report)); }

void ProgressPrinter::on_end(const core::RunReport& report) {
  const double padding = reports_ > 0 ? padding_sum_ / static_cast<double>(reports_) : 0;
  for (const std::string& line : totals_table(report, padding)) console_.info(line);
}

}  // namespace myxtts::report
