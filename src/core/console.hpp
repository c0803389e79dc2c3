#pragma once
// What a program tells its user: lines on the terminal and, for a run, the same lines in log.txt.

#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace myxtts::core {

// Thread: all calls are thread-safe.
class Console {
 public:
  // errors_only: everything goes to stderr (a command that prints JSON on stdout).
  explicit Console(bool everything_on_stderr = false) : everything_on_stderr_(everything_on_stderr) {}

  void info(std::string_view line);     // stdout
  void warning(std::string_view line);  // stderr, "warning: ..."
  void error(std::string_view line);    // stderr, as it is

  // A progress bar that overwrites itself; drawn on a terminal only (none with NO_COLOR), never kept in the log.
  void progress(std::string_view line);
  [[nodiscard]] bool is_terminal() const;

  // From now on every line goes to `sink` as well (log.txt). An empty function ends it.
  void keep_in(std::function<void(std::string_view line)> sink);

 private:
  void print(std::string_view line, bool to_stderr);

  std::mutex mutex_;
  std::function<void(std::string_view)> sink_;
  bool everything_on_stderr_;
  bool progress_shown_ = false;
};

}  // namespace myxtts::core
