// myxtts synthesize: text and a reference clip in, speech out.

#include <algorithm>
#include <memory>

#include "core/error.hpp"
#include "front/commands.hpp"
#include "front/engine_process.hpp"
#include "front/speech_arguments.hpp"

namespace myxtts::front {
namespace {

struct SynthesizeArguments {
  ModelArguments model;
  std::string text;
  std::string text_file;
  std::vector<std::string> references;
  std::string language = "en";
  std::string output = "output.wav";
  double temperature = 0;
  double top_k = 0;
  double top_p = 0;
  double repetition_penalty = 0;
  double speed = 1.0;
  std::uint64_t seed = 1;
  bool greedy = false;
};

void declare_sampling(CLI::App& app, SynthesizeArguments& a) {
  const std::string group = "Sampling (defaults: the checkpoint's)";
  app.add_option("--temperature", a.temperature, "of the sampling; ours 0.75")
      ->check(CLI::Range(0.01, 10.0))
      ->group(group);
  app.add_option("--top-k", a.top_k, "draw among the K likeliest codes; ours 50")
      ->check(CLI::Range(1, 100000))
      ->group(group);
  app.add_option("--top-p", a.top_p, "draw among the likeliest codes of this total share; ours 0.85")
      ->check(CLI::Range(0.01, 1.0))
      ->group(group);
  app.add_option("--repetition-penalty", a.repetition_penalty, "divides the logits of codes said before; ours 1")
      ->check(CLI::Range(0.1, 100.0))
      ->group(group);
  app.add_flag("--greedy", a.greedy, "always the likeliest code")->group(group);
  app.add_option("--seed", a.seed, "of the sampling; default 1")->group(group);
}

config::EngineRequest make_request(const CLI::App& app, const SynthesizeArguments& a) {
  if (a.text.empty() == a.text_file.empty()) {
    throw core::UsageError({.what = "nothing to say, or two things",
                            .where = "myxtts synthesize",
                            .value = {},
                            .expected = "either --text or --text-file",
                            .advice = {}});
  }
  config::EngineRequest request = a.model.request("synthesize");
  request.settings.text.language = a.language;
  if (!a.text.empty()) request.set("text", a.text);
  if (!a.text_file.empty()) request.set("text_file", a.text_file);
  request.set("output", a.output);
  request.arguments["references"] = a.references;
  request.set("seed", std::to_string(a.seed));
  request.set_number("speed", a.speed);
  request.set_flag("greedy", a.greedy);
  const std::vector<std::pair<std::string, double>> sampling = {{"temperature", a.temperature},
                                                                {"top_k", a.top_k},
                                                                {"top_p", a.top_p},
                                                                {"repetition_penalty", a.repetition_penalty}};
  for (const auto& [name, value] : sampling) {
    std::string flag = "--" + name;
    std::ranges::replace(flag, '_', '-');
    if (app.count(flag) > 0) request.set_number(name, value);
  }
  return request;
}

}  // namespace

Command synthesize_command() {
  return {
      "synthesize", "text (and a reference clip) to speech", [](CLI::App& app) -> std::function<int()> {
        auto a = std::make_shared<SynthesizeArguments>();
        a->model.declare(app);
        app.add_option("--text", a->text, "what to say");
        app.add_option("--text-file", a->text_file, "a file with one utterance a line");
        app.add_option("--reference", a->references, "a clip of the voice; repeatable; default: the checkpoint's voice")
            ->allow_extra_args(false);
        app.add_option("--language", a->language, "of the text; default en")->check(CLI::IsMember({"en"}));
        app.add_option("--output", a->output, "a WAV, or with --text-file a folder ending in /; default output.wav");
        app.add_option("--speed", a->speed, "1.2 speaks a fifth faster; default 1")->check(CLI::Range(0.25, 4.0));
        declare_sampling(app, *a);
        return [a, &app]() -> int { become_engine(make_request(app, *a), {}); };
      }};
}

}  // namespace myxtts::front
