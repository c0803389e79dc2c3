// myxtts prepare: cuts long recordings into the clips of a data set.

#include <memory>

#include "core/console.hpp"
#include "front/commands.hpp"
#include "front/values.hpp"
#include "long_recordings/prepare.hpp"

namespace myxtts::front {
namespace {

constexpr double kLongestClipSeconds = 60;

void declare_files(CLI::App& app, long_recordings::PrepareOptions& options) {
  app.add_option("--input", options.input, "a long recording, or a folder of them")
      ->type_name("FILE|FOLDER")
      ->check(not_empty())
      ->required()
      ->group("Files");
  app.add_option("--subtitles", options.subtitles,
                 "the recording's SRT or WebVTT file; default NAME.srt or NAME.vtt beside it")
      ->type_name("FILE")
      ->check(not_empty())
      ->group("Files");
  app.add_option("--text", options.text,
                 "the recording's text without times, English; needs pocketsphinx; default NAME.txt beside it")
      ->type_name("FILE")
      ->check(not_empty())
      ->group("Files");
  app.add_option("--language", options.language, "of the text; default en")
      ->type_name("LANGUAGE")
      ->check(not_empty())
      ->group("Files");
  app.add_option("--output", options.output, "the data set's folder")
      ->type_name("FOLDER")
      ->check(not_empty())
      ->required()
      ->group("Files");
}

void declare_cuts(CLI::App& app, long_recordings::PrepareOptions& options) {
  const auto seconds = [&](const char* flag, double& value, double low, double high, const char* help) {
    app.add_option(flag, value, help)->type_name("SECONDS")->check(number(low, high))->group("Cuts");
  };
  seconds("--min-seconds", options.lengths.shortest_seconds, 0.3, kLongestClipSeconds, "no clip is shorter; default 1");
  seconds("--max-seconds", options.lengths.longest_seconds, 0.3, kLongestClipSeconds, "no clip is longer; default 11");
  seconds("--wanted-seconds", options.lengths.wanted_seconds, 0.3, kLongestClipSeconds,
          "neighbours are joined to about this length; default 6");
  seconds("--min-pause", options.shortest_pause_seconds, 0.05, 5,
          "cuts are made in pauses of this length; default 0.2");
  seconds("--max-offset", options.reach_seconds, 0.05, 10,
          "how far the subtitles' times may be from the speech; default 1");
}

}  // namespace

Command prepare_command() {
  return {"prepare", "cut long recordings with their text into a data set", [](CLI::App& app) -> std::function<int()> {
            auto options = std::make_shared<long_recordings::PrepareOptions>();
            declare_files(app, *options);
            declare_cuts(app, *options);
            return [options]() -> int {
              core::Console console;
              (void)long_recordings::prepare(core::local_file_system(), *options, console);
              return 0;
            };
          }};
}

}  // namespace myxtts::front
