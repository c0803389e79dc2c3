#include "report/run_log.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace myxtts::report {

RunLog::RunLog(core::Console& console, core::FileSystem& files, core::Path file)
    : console_(console), files_(files), file_(std::move(file)) {
  console_.keep_in([this](std::string_view line) { keep(line); });
}

void RunLog::keep(std::string_view line) {
  if (!has_ended_) files_.append(file_, std::string(line) + "\n");
}

RunLog::~RunLog() { console_.keep_in({}); }

}  // namespace myxtts::report
