#include "front_program.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <limits>

#include "config/fields.hpp"
#include "core/stopwatch.hpp"
#include "requests/request_document.hpp"
#include "support/places.hpp"

namespace myxtts::front_test {
namespace {

// Prints the request, and then its own name and the environment that the front chose.
constexpr const char* kEngine = R"(#!/bin/sh
cat "$1"
echo
echo "${0##*/}" >&2
env | grep -E '^(OMP|GOMP|CUDA|CUBLAS|NO)_' >&2
exit 7
)";

std::string absolute_text(const core::Path& path) { return std::filesystem::absolute(path).string(); }

bool redirect(int stream, const core::Path& file, int flags) {
  const int opened = ::open(file.c_str(), flags, 0600);
  return opened >= 0 && ::dup2(opened, stream) == stream;
}

[[noreturn]] void become(const core::Path& folder, const core::Path& out, const core::Path& err,
                         std::vector<std::string>& words, const std::map<std::string, std::string>& environment) {
  for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  constexpr int kWrite = O_WRONLY | O_CREAT | O_TRUNC;
  if (::chdir(folder.c_str()) == 0 && redirect(STDIN_FILENO, "/dev/null", O_RDONLY) &&
      redirect(STDOUT_FILENO, out, kWrite) && redirect(STDERR_FILENO, err, kWrite)) {
    ::execv(argv[0], argv.data());
  }
  ::_exit(125);
}

// What a process has waited for a processor so far. Units: ms; 0 where the system does not say. Source: the kernel's
// documentation of scheduler statistics, /proc/PID/schedstat.
double queued_ms(const std::string& process) {
  std::ifstream statistics("/proc/" + process + "/schedstat");
  double ran_ns = 0;
  double queued_ns = 0;
  return statistics >> ran_ns >> queued_ns ? 1e-6 * queued_ns : 0;
}

}  // namespace

FrontProgram::FrontProgram() {
  core::FileSystem& files = core::local_file_system();
  files.create_directories(work());
  files.create_directories(temporary_.path() / "bin");
  std::filesystem::copy_file(support::binary_folder() / "bin/myxtts", temporary_.path() / "bin" / "myxtts");
  write_engine("myxtts-engine");
}

void FrontProgram::write_engine(const std::string& name) const {
  const core::Path engine = temporary_.path() / "bin" / name;
  const std::string_view script = kEngine;
  core::local_file_system().write(engine, std::span(&script, 1));
  std::filesystem::permissions(engine, std::filesystem::perms::owner_all);
}

void FrontProgram::add_gpus(const std::string& megabytes) {
  set("LD_LIBRARY_PATH", (support::binary_folder() / "fake_driver").string());
  set("MYXTTS_FAKE_GPUS", megabytes);
  environment_.erase("CUDA_VISIBLE_DEVICES");
  write_engine("myxtts-engine-cuda");
}

Outcome FrontProgram::run(const std::vector<std::string>& arguments) const {
  std::vector<std::string> words = {absolute_text(temporary_.path() / "bin" / "myxtts")};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const core::Path out = temporary_.path() / "out";
  const core::Path err = temporary_.path() / "err";
  const double queued_before_ms = queued_ms("self");
  const core::Stopwatch watch;
  const pid_t child = ::fork();
  if (child == 0) become(work(), out, err, words, environment_);
  siginfo_t ended{};
  EXPECT_EQ(::waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT), 0);
  Outcome outcome;
  outcome.milliseconds =
      watch.milliseconds() - queued_ms(std::to_string(child)) - (queued_ms("self") - queued_before_ms);
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  outcome.out = core::local_file_system().read(out);
  outcome.err = core::local_file_system().read(err);
  return outcome;
}

double FrontProgram::shortest_ms(const std::vector<std::string>& arguments, double limit_ms) const {
  double shortest = std::numeric_limits<double>::infinity();
  for (int attempt = 0; attempt < 20 && shortest > limit_ms; ++attempt) {
    shortest = std::min(shortest, run(arguments).milliseconds);
  }
  return shortest;
}

requests::Request FrontProgram::any_request_in(const Outcome& outcome) {
  EXPECT_EQ(outcome.exit_code, 7) << "the engine was not reached: " << outcome.err;
  if (outcome.exit_code != 7) return {};
  return requests::from_json(outcome.out.substr(outcome.out.find('{')));
}

void FrontProgram::write(const core::Path& file, const std::string& text) const {
  core::FileSystem& files = core::local_file_system();
  files.create_directories((work() / file).parent_path());
  const std::string_view view = text;
  files.write(work() / file, std::span(&view, 1));
}

void FrontProgram::make_run(const core::Path& folder, const config::Settings& settings) const {
  write(folder / "config.toml", config::dump_toml(settings));
  write(folder / "log.txt", "first line\n");
  write(folder / "checkpoints" / "codec-00000500" / "state.json", "{}");
}

std::map<std::string, std::string> FrontProgram::listing() const {
  std::map<std::string, std::string> entries;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(work().parent_path())) {
    const std::string name = entry.path().lexically_relative(work()).string();
    entries[name] = entry.is_regular_file() ? core::local_file_system().read(entry.path()) : "";
  }
  return entries;
}

}  // namespace myxtts::front_test
