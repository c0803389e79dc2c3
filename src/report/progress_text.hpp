#pragma once
// The texts that training shows: pure functions of reports.

#include <cstdint>
#include <string>
#include <vector>

#include "core/reports.hpp"
#include "report/progress_rate.hpp"

namespace myxtts::report {

// "2 h 05 min", "3 min 20 s", "12 s".
[[nodiscard]] std::string duration_text(double seconds);

// "voice 250/1000  loss 3.2140  32.1 audio-s/s  stall 0.2 %  ETA 3 min 20 s".
[[nodiscard]] std::string progress_line(const core::StepReport& report, const ProgressRate& rate,
                                        std::int64_t planned_steps);

// The same after a bar: "[=====>     ] voice 250/1000 ...".
[[nodiscard]] std::string progress_bar(const core::StepReport& report, const ProgressRate& rate,
                                       std::int64_t planned_steps);

// "voice 250  validation: loss 3.1000 (best), audio_loss 3.0500, text_loss 5.0000".
[[nodiscard]] std::string validation_line(const core::ValidationReport& report);

// Where the time went, one row per part (seconds, share of the wall time, ms per step), then rates and `padding`
// (share of computed positions, 0-1). Parts run on several threads, so their shares may add up to more than 1.
[[nodiscard]] std::vector<std::string> totals_table(const core::RunReport& report, double padding);

}  // namespace myxtts::report
