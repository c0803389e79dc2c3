#pragma once
// log.txt of a run: everything that was on the terminal, except the progress bar.

#include <string_view>

#include "core/console.hpp"
#include "core/file_system.hpp"
#include "report/run_lock.hpp"

namespace myxtts::report {

// Appends the console's lines to a file while the object lives and its folder is locked. Console and lock must outlive
// it.
class RunLog {
 public:
  RunLog(core::Console& console, core::FileSystem& files, core::Path file, const RunLock& lock);
  ~RunLog();
  RunLog(const RunLog&) = delete;
  RunLog& operator=(const RunLog&) = delete;

  // Appends a line that the console does not pass on, because it is printed before the log begins or after its end.
  void keep(std::string_view line);

 private:
  core::Console& console_;
  core::FileSystem& files_;
  core::Path file_;
  const RunLock& lock_;
};

}  // namespace myxtts::report
