// myxtts, the front: parses the command line, decides the plan, and becomes the engine if torch is needed.

#include <cstdio>
#include <exception>
#include <string_view>

#include "core/console.hpp"
#include "core/error.hpp"
#include "front/commands.hpp"

int main(int argc, char** argv) {
  using namespace myxtts;
  try {
    const std::vector<front::Command> commands = {
        front::train_command(),     front::synthesize_command(), front::resynthesize_command(),
        front::evaluate_command(),  front::preflight_command(),  front::profile_command(),
        front::make_data_command(), front::prepare_command(),    front::validate_command()};
    return core::exit_code_with_output(front::run_command_line(commands, argc, argv));
  } catch (const core::Error& error) {
    const std::string_view text = error.what();
    std::fprintf(stderr, "%s%s\n", text.starts_with("❌") ? "" : "error: ", error.what());
    return error.exit_code();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\nThis is a defect of MyXTTS, please report it.\n", error.what());
    return 1;
  }
}
