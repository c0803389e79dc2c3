// myxtts-engine: carries out the front's request. It has no flags; its only argument is the path of the request.

#include <c10/util/Exception.h>

#include <exception>

#include "core/console.hpp"
#include "core/error.hpp"
#include "core/file_system.hpp"
#include "engine/commands.hpp"
#include "requests/request_document.hpp"

namespace {

using namespace myxtts;

constexpr const char* kDefect = "\nThis is a defect of MyXTTS, please report it.";

template <typename Request>
bool prints_json(const Request& request) {
  if constexpr (requires { request.json; }) return request.json;
  return false;
}

int run(const requests::Request& request, core::Console& console) {
  const auto run_command = [&](const auto& command) {
    core::Console json_console(true);
    return engine::run(command, prints_json(command) ? json_console : console);
  };
  return std::visit(run_command, request);
}

}  // namespace

int main(int argc, char** argv) {
  core::Console console;
  try {
    if (argc != 2) throw core::UsageError("myxtts-engine is started by myxtts: run ./myxtts --help");
    const requests::Request request = requests::from_json(core::local_file_system().read(argv[1]));
    requests::check_settings(request);
    return core::exit_code_with_output(run(request, console));
  } catch (const core::Error& error) {
    console.error(std::string("error: ") + error.what());
    return error.exit_code();
  } catch (const c10::Error& error) {
    console.error(std::string("error: ") + error.what_without_backtrace() + kDefect);
    return 1;
  } catch (const std::exception& error) {
    console.error(std::string("error: ") + error.what() + kDefect);
    return 1;
  }
}
