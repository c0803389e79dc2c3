#pragma once
// log.txt of a run: everything that was on the terminal, progress bar aside.

#include <string_view>

#include "core/console.hpp"
#include "core/file_system.hpp"

namespace myxtts::report {

// Appends the console's lines to a file for as long as it lives. The console outlives it.
class RunLog {
 public:
  RunLog(core::Console& console, core::FileSystem& files, core::Path file);
  ~RunLog();
  RunLog(const RunLog&) = delete;
  RunLog& operator=(const RunLog&) = delete;

  // A line that the console does not see: it was said before the log began, or will be after its end.
  void keep(std::string_view line);

 private:
  core::Console& console_;
  core::FileSystem& files_;
  core::Path file_;
};

}  // namespace myxtts::report
