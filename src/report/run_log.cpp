#include "report/run_log.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace myxtts::report {

RunLog::RunLog(core::Console& console, core::FileSystem& files, core::Path file, const RunLock& lock)
    : console_(console), files_(files), file_(std::move(file)), lock_(lock) {
  console_.keep_in([this](std::string_view line) { keep(line); });
}

void RunLog::keep(std::string_view line) {
  if (lock_.is_held()) files_.append(file_, std::string(line) + "\n");
}

RunLog::~RunLog() { console_.keep_in({}); }

}  // namespace myxtts::report
