#include "front/engine_process.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>

#include "core/error.hpp"
#include "machine/process_setup.hpp"
#include "requests/request_document.hpp"

namespace myxtts::front {
namespace {

[[noreturn]] void fail(const std::string& what, const std::string& where) {
  throw core::Error({.what = what,
                     .where = where,
                     .value = std::strerror(errno),
                     .expected = {},
                     .advice = "Build it with scripts/build release myxtts-engine."});
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

// The engine for the plan. If the CUDA engine was not built, the CPU engine reports that it cannot use a GPU.
std::filesystem::path engine_for(const machine::DevicePlan& plan) {
  const std::filesystem::path folder = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  const std::filesystem::path cuda_engine = folder / "myxtts-engine-cuda";
  return plan.uses_gpu() && std::filesystem::exists(cuda_engine) ? cuda_engine : folder / "myxtts-engine";
}

}  // namespace

void become_engine(const requests::Request& request) {
  const requests::EngineRequest& any = std::visit([](const requests::EngineRequest& r) -> auto& { return r; }, request);
  machine::set_environment(any.device_plan, any.settings.run);
  const std::filesystem::path engine = engine_for(any.device_plan);
  const std::string argument = "/proc/self/fd/" + std::to_string(anonymous_file(requests::to_json(request)));
  ::execl(engine.c_str(), engine.filename().c_str(), argument.c_str(), static_cast<char*>(nullptr));
  fail("cannot start the engine", engine.string());
}

}  // namespace myxtts::front
