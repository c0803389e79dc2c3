// myxtts resynthesize: a clip through the codec and back.

#include <memory>

#include "front/commands.hpp"
#include "front/engine_process.hpp"
#include "front/speech_arguments.hpp"
#include "front/values.hpp"

namespace myxtts::front {

Command resynthesize_command() {
  return {"resynthesize", "a clip to codes and back to a clip", [](CLI::App& app) -> std::function<int()> {
            struct Arguments {
              ModelArguments model;
              std::vector<std::string> inputs;
              std::string output = "output.wav";
            };
            auto a = std::make_shared<Arguments>();
            a->model.declare(app);
            app.add_option("--input", a->inputs, "a WAV or FLAC; repeatable")
                ->type_name("CLIP")
                ->check(not_empty())
                ->required()
                ->allow_extra_args(false);
            app.add_option("--output", a->output,
                           "a WAV, or with several clips a folder ending in /; default output.wav")
                ->type_name("PATH")
                ->check(not_empty());
            return [a]() -> int {
              auto request = a->model.request<requests::ResynthesizeRequest>();
              request.inputs.assign(a->inputs.begin(), a->inputs.end());
              request.output = a->output;
              become_engine(request);
            };
          }};
}

}  // namespace myxtts::front
