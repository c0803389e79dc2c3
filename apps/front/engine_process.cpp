#include "front/engine_process.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>

#include "core/error.hpp"

namespace myxtts::front {
namespace {

[[noreturn]] void fail(const std::string& what, const std::string& where) {
  throw core::Error({.what = what,
                     .where = where,
                     .value = std::strerror(errno),
                     .expected = {},
                     .advice = "Build it with ./myxtts --version."});
}

int anonymous_file(const std::string& content) {
  const int descriptor = ::memfd_create("myxtts-request", 0);
  if (descriptor < 0) fail("cannot make the engine's request", "memfd");
  std::size_t written = 0;
  while (written < content.size()) {
    const ssize_t count = ::write(descriptor, content.data() + written, content.size() - written);
    if (count < 0 && errno != EINTR) fail("cannot write the engine's request", "memfd");
    if (count > 0) written += static_cast<std::size_t>(count);
  }
  return descriptor;
}

}  // namespace

void become_engine(const config::EngineRequest& request, const machine::DevicePlan& plan) {
  const int threads = static_cast<int>(request.settings.run.threads);
  for (const machine::EnvironmentVariable& variable : machine::engine_environment(plan, threads)) {
    ::setenv(variable.name.c_str(), variable.value.c_str(), 1);
  }
  const std::filesystem::path engine = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "myxtts-engine";
  config::EngineRequest planned = request;
  planned.set("device_plan", machine::to_json(plan));
  const std::string argument = "/proc/self/fd/" + std::to_string(anonymous_file(planned.to_json()));
  ::execl(engine.c_str(), "myxtts-engine", argument.c_str(), static_cast<char*>(nullptr));
  fail("cannot start the engine", engine.string());
}

}  // namespace myxtts::front
