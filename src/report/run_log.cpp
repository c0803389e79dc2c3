#include "report/run_log.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace myxtts::report {

RunLog::RunLog(core::Console& console, core::FileSystem& files, core::Path file) : console_(console) {
  console_.keep_in(
      [&files, path = std::move(file)](std::string_view line) { files.append(path, std::string(line) + "\n"); });
}

RunLog::~RunLog() { console_.keep_in({}); }

}  // namespace myxtts::report
