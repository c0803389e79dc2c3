// myxtts synthesize: text and a reference clip in, speech out.

#include <fmt/format.h>

#include <memory>
#include <optional>

#include "config/settings.hpp"
#include "core/error.hpp"
#include "front/commands.hpp"
#include "front/engine_process.hpp"
#include "front/speech_arguments.hpp"
#include "front/values.hpp"
#include "text/normaliser.hpp"

namespace myxtts::front {
namespace {

struct SynthesizeArguments {
  ModelArguments model;
  std::string text;
  std::string text_file;
  std::vector<std::string> references;
  std::string language;
  std::string output = "output.wav";
  std::optional<double> temperature;
  std::optional<std::int64_t> top_k;
  std::optional<double> top_p;
  std::optional<double> repetition_penalty;
  double speed = 1.0;
  std::uint64_t seed = 1;
  bool greedy = false;
};

void declare_sampling(CLI::App& app, SynthesizeArguments& a) {
  const config::SamplingSettings ours;
  const auto declare = [&](const char* flag, auto& value, const char* unit, const char* help, auto our_default) {
    return app.add_option(flag, value, fmt::format("{}; ours {}", help, our_default))
        ->type_name(unit)
        ->group("Sampling (defaults: the checkpoint's)");
  };
  declare("--temperature", a.temperature, "NUMBER", "divides the logits", ours.temperature)->check(number(0.01, 10));
  declare("--top-k", a.top_k, "CODES", "draw among the likeliest codes", ours.top_k)->check(whole_number(1, 100'000));
  declare("--top-p", a.top_p, "SHARE", "draw among the likeliest codes of this total share", ours.top_p)
      ->check(number(0.01, 1));
  declare("--repetition-penalty", a.repetition_penalty, "NUMBER", "divides the logits of codes said before",
          ours.repetition_penalty)
      ->check(number(0.1, 100));
  app.add_flag("--greedy", a.greedy, "always the likeliest code")->group("Sampling (defaults: the checkpoint's)");
  app.add_option("--seed", a.seed, "of the sampling; default 1")
      ->type_name("NUMBER")
      ->check(whole_number(0, kLargestSeed))
      ->group("Sampling (defaults: the checkpoint's)");
}

void declare_speech(CLI::App& app, SynthesizeArguments& a) {
  const auto declare = [&](const char* flag, auto& value, const char* unit, const char* help) {
    return app.add_option(flag, value, help)->type_name(unit)->group("Speech");
  };
  declare("--text", a.text, "TEXT", "what to say");
  declare("--text-file", a.text_file, "FILE", "a file with one utterance a line");
  declare("--reference", a.references, "CLIP", "a clip of the voice; repeatable; default: the checkpoint's voice")
      ->check(not_empty())
      ->allow_extra_args(false);
  declare("--language", a.language, "LANGUAGE", "of the text; default: the checkpoint's")
      ->check(CLI::IsMember(text::normaliser_languages()));
  declare("--output", a.output, "PATH", "a WAV, or with --text-file a folder ending in /; default output.wav")
      ->check(not_empty());
  declare("--speed", a.speed, "FACTOR", "1.2 speaks a fifth faster; default 1")->check(number(0.25, 4));
}

void check_speech(const SynthesizeArguments& a) {
  if (a.text.empty() != a.text_file.empty()) return;
  throw core::UsageError({.what = "nothing to say, or two things",
                          .where = "myxtts synthesize",
                          .value = {},
                          .expected = "either --text or --text-file",
                          .advice = {}});
}

requests::SynthesizeRequest request_of(const SynthesizeArguments& a) {
  auto request = a.model.request<requests::SynthesizeRequest>();
  request.text = a.text;
  if (!a.text_file.empty()) request.text_file = a.text_file;
  request.references.assign(a.references.begin(), a.references.end());
  request.output = a.output;
  if (!a.language.empty()) request.language = a.language;
  request.temperature = a.temperature;
  request.top_k = a.top_k;
  request.top_p = a.top_p;
  request.repetition_penalty = a.repetition_penalty;
  request.greedy = a.greedy;
  request.seed = a.seed;
  request.speed = a.speed;
  return request;
}

}  // namespace

Command synthesize_command() {
  return {"synthesize", "text (and a reference clip) to speech", [](CLI::App& app) -> std::function<int()> {
            auto a = std::make_shared<SynthesizeArguments>();
            a->model.declare(app);
            declare_speech(app, *a);
            declare_sampling(app, *a);
            return [a]() -> int {
              check_speech(*a);
              become_engine(request_of(*a));
            };
          }};
}

}  // namespace myxtts::front
