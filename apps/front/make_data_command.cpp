// myxtts make-data: speaks sentences into a data set.

#include <memory>

#include "core/console.hpp"
#include "front/commands.hpp"
#include "front/values.hpp"
#include "sample_data/make_data.hpp"
#include "sample_data/sentences.hpp"

namespace myxtts::front {

Command make_data_command() {
  return {"make-data", "speak sentences with espeak-ng into a data set", [](CLI::App& app) -> std::function<int()> {
            auto options = std::make_shared<sample_data::MakeDataOptions>();
            auto sentences = std::make_shared<std::string>("slot");
            app.add_option("--output", options->output, "the data set's folder")
                ->type_name("FOLDER")
                ->check(not_empty())
                ->required();
            app.add_option("--sentences", *sentences,
                           "slot: few words, any number of sentences (default); natural: ours")
                ->type_name("KIND")
                ->check(CLI::IsMember({"slot", "natural"}));
            app.add_option("--count", options->count, "how many; default 3000, or all natural ones")
                ->type_name("SENTENCES")
                ->check(whole_number(1, 1'000'000));
            app.add_option("--voices", options->voices, "espeak-ng voices, in turn; default en-us+f2, fa+f2")
                ->type_name("VOICE")
                ->delimiter(',');
            app.add_option("--language", options->language, "of the sentences; default en")
                ->type_name("LANGUAGE")
                ->check(CLI::IsMember(sample_data::sentence_languages()));
            app.add_option("--seed", options->seed, "of the choice of sentences; default 0")
                ->type_name("NUMBER")
                ->check(whole_number(0, kLargestSeed));
            return [options, sentences]() -> int {
              options->sentences = sample_data::parse_sentence_kind(*sentences);
              core::Console console;
              sample_data::make_data(core::local_file_system(), *options, console);
              return 0;
            };
          }};
}

}  // namespace myxtts::front
