// myxtts-engine: does what the front decided. It reads no flags of its own; its one argument names the request.

#include <c10/util/Exception.h>

#include <exception>

#include "config/engine_request.hpp"
#include "core/console.hpp"
#include "core/error.hpp"
#include "core/file_system.hpp"
#include "engine/signals.hpp"
#include "system/evaluation.hpp"
#include "system/machine_validation.hpp"
#include "system/preflight.hpp"
#include "system/profile_run.hpp"
#include "system/speech.hpp"
#include "system/training_run.hpp"

namespace {

using namespace myxtts;

constexpr const char* kDefect = "\nThis is a defect of MyXTTS, please report it.";

int train(const config::EngineRequest& request, core::Console& console) {
  engine::note_stop_signals();
  system::run_training(request, console, [] { return engine::noted_signal() != 0; });
  return engine::noted_signal() == 0 ? 0 : 128 + engine::noted_signal();
}

int run(const config::EngineRequest& request, core::Console& console) {
  if (request.command == "train") return train(request, console);
  if (request.command == "validate") return system::validate_machine(request) ? 0 : 1;
  if (request.command == "preflight") return system::preflight(request, console) ? 0 : 1;
  if (request.command == "synthesize") system::synthesize(request, console);
  if (request.command == "resynthesize") system::resynthesize(request, console);
  if (request.command == "evaluate") system::evaluate(request, console);
  if (request.command == "profile") system::profile(request, console);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  core::Console console;
  try {
    if (argc != 2) throw core::UsageError("myxtts-engine is started by myxtts: run ./myxtts --help");
    const auto request = config::EngineRequest::from_json(core::local_file_system().read(argv[1]));
    core::Console json_console(request.flag("json"));
    return run(request, request.flag("json") ? json_console : console);
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
