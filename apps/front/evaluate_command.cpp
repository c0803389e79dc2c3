// myxtts evaluate: losses of a checkpoint on a data set.

#include <memory>

#include "front/commands.hpp"
#include "front/engine_process.hpp"
#include "front/speech_arguments.hpp"
#include "front/values.hpp"

namespace myxtts::front {

Command evaluate_command() {
  return {"evaluate", "losses of a checkpoint on a data set", [](CLI::App& app) -> std::function<int()> {
            struct Arguments {
              ModelArguments model;
              std::string data;
              std::string max_rejected = "0.05";
              bool json = false;
            };
            auto a = std::make_shared<Arguments>();
            a->model.declare(app);
            app.add_option("--train-data", a->data, "the data set to measure on (LJSpeech layout)")
                ->type_name("FOLDER")
                ->check(not_empty())
                ->required();
            app.add_option("--max-rejected", a->max_rejected,
                           "clips that may be rejected, as 0.05 or 5%; default 0.05 (0 to 1)")
                ->type_name("SHARE");
            app.add_flag("--json", a->json, "one JSON object on stdout");
            return [a]() -> int {
              config::Settings data;
              data.data.train = {a->data};
              set_by_flag(data, "--max-rejected", "data.max_rejected", a->max_rejected);
              auto request = a->model.request<requests::EvaluateRequest>();
              request.settings.data = data.data;
              request.json = a->json;
              become_engine(request);
            };
          }};
}

}  // namespace myxtts::front
