#include "core/console.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace myxtts::core {

void Console::info(std::string_view line) { print(line, everything_on_stderr_); }
void Console::warning(std::string_view line) { print("warning: " + std::string(line), true); }
void Console::error(std::string_view line) { print(line, true); }

bool Console::is_terminal() const {
  const char* plain = std::getenv("NO_COLOR");
  return (plain == nullptr || *plain == '\0') && ::isatty(STDOUT_FILENO) == 1;
}

void Console::progress(std::string_view line) {
  if (!is_terminal() || everything_on_stderr_) return;
  const std::scoped_lock lock(mutex_);
  std::fprintf(stdout, "\r\033[K%.*s", static_cast<int>(line.size()), line.data());
  std::fflush(stdout);
  progress_shown_ = true;
}

void Console::keep_in(std::function<void(std::string_view)> sink) {
  const std::scoped_lock lock(mutex_);
  sink_ = std::move(sink);
}

void Console::print(std::string_view line, bool to_stderr) {
  const std::scoped_lock lock(mutex_);
  if (progress_shown_) {
    std::fputs("\r\033[K", stdout);
    progress_shown_ = false;
  }
  std::FILE* stream = to_stderr ? stderr : stdout;
  std::fprintf(stream, "%.*s\n", static_cast<int>(line.size()), line.data());
  std::fflush(stream);
  if (sink_) sink_(line);
}

int exit_code_with_output(int code) {
  const bool is_written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  if (is_written || code != 0) return code;
  std::fputs("error: standard output cannot be written: a part of the result is lost. Is the disk full?\n", stderr);
  return 1;
}

}  // namespace myxtts::core
