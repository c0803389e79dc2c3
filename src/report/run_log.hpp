#pragma once
// log.txt of a run: everything that was on the terminal, except the progress bar.

#include <string_view>

#include "core/console.hpp"
#include "core/file_system.hpp"

namespace myxtts::report {

// Appends the console's lines to a file while the object lives. The console must outlive it.
class RunLog {
 public:
  RunLog(core::Console& console, core::FileSystem& files, core::Path file);
  ~RunLog();
  RunLog(const RunLog&) = delete;
  RunLog& operator=(const RunLog&) = delete;

  // Appends a line that the console does not pass on, because it is printed before the log begins or after its end.
  void keep(std::string_view line);
  // Keeps nothing from now on.
  void end() { has_ended_ = true; }

 private:
  core::Console& console_;
  core::FileSystem& files_;
  core::Path file_;
  bool has_ended_ = false;
};

}  // namespace myxtts::report
