// myxtts evaluate: losses of a checkpoint on a data set.

#include <memory>

#include "front/commands.hpp"
#include "front/engine_process.hpp"
#include "front/speech_arguments.hpp"

namespace myxtts::front {

Command evaluate_command() {
  return {"evaluate", "losses of a checkpoint on a data set", [](CLI::App& app) -> std::function<int()> {
            struct Arguments {
              ModelArguments model;
              std::string data;
              double max_rejected = 0.05;
              bool json = false;
            };
            auto a = std::make_shared<Arguments>();
            a->model.declare(app);
            app.add_option("--train-data", a->data, "the data set to measure on (LJSpeech layout)")->required();
            app.add_option("--max-rejected", a->max_rejected, "share of clips that may be rejected; default 0.05")
                ->check(CLI::Range(0.0, 1.0));
            app.add_flag("--json", a->json, "one JSON object on stdout");
            return [a]() -> int {
              config::EngineRequest request = a->model.request("evaluate");
              request.settings.data.train = a->data;
              request.settings.data.max_rejected = a->max_rejected;
              request.set_flag("json", a->json);
              become_engine(request, {});
            };
          }};
}

}  // namespace myxtts::front
