#pragma once
// Output for the user: lines on the terminal and, for a run, the same lines in log.txt.

#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace myxtts::core {

// Thread: all calls are thread-safe.
class Console {
 public:
  // everything_on_stderr: info lines go to stderr too, for a command that prints JSON on stdout.
  explicit Console(bool everything_on_stderr = false) : everything_on_stderr_(everything_on_stderr) {}

  void info(std::string_view line);     // stdout
  void warning(std::string_view line);  // stderr, "warning: ..."
  void error(std::string_view line);    // stderr, unchanged

  // Draws a progress bar that overwrites itself. Only on a terminal and without NO_COLOR; never written to the log.
  void progress(std::string_view line);
  [[nodiscard]] bool is_terminal() const;

  // Passes every later line to the callback `sink` too (log.txt). An empty function removes the callback.
  void keep_in(std::function<void(std::string_view line)> sink);

 private:
  void print(std::string_view line, bool to_stderr);

  std::mutex mutex_;
  std::function<void(std::string_view)> sink_;
  bool everything_on_stderr_;
  bool progress_shown_ = false;
};

// The code that a program ends with: `code`, but 1, with an error on stderr, if it is 0 and stdout could not be
// written.
[[nodiscard]] int exit_code_with_output(int code);

}  // namespace myxtts::core
