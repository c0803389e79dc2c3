// myxtts preflight: checks a data set before anything is trained on it.

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <thread>

#include "config/fields.hpp"
#include "core/console.hpp"
#include "core/error.hpp"
#include "front/commands.hpp"
#include "front/engine_process.hpp"
#include "front/speech_arguments.hpp"
#include "front/values.hpp"
#include "quality/preflight.hpp"
#include "report/preflight_report.hpp"

namespace myxtts::front {
namespace {

const std::vector<SettingFlag>& setting_flags() {
  static const std::vector<SettingFlag> flags = {
      {"--train-data", "FOLDER", "data.train", "the data set to check (LJSpeech layout)", "Data"},
      {"--language", "LANGUAGE", "text.language", "of the transcripts; default en", "Data"},
      {"--max-rejected", "SHARE", "data.max_rejected", "clips that may be rejected, as 0.05 or 5%; default 0.05",
       "Data"},
      {"--num-workers", "THREADS", "data.workers", "that read; default: every core", "Data"},
  };
  return flags;
}

struct PreflightArguments {
  std::unique_ptr<SettingArguments> settings;
  ModelArguments model;
  std::string html;
  bool quick = false;
  bool json = false;
};

// `text`: the text settings that hold unless the command line overrides them.
config::Settings settings_of(const PreflightArguments& a, const config::TextSettings& text) {
  config::Settings settings;
  settings.text = text;
  settings.data.workers = std::max(1U, std::thread::hardware_concurrency());
  a.settings->apply(settings);
  config::validate(settings);
  if (!settings.data.train.empty()) return settings;
  throw core::UsageError({.what = "no data set",
                          .where = "--train-data",
                          .value = {},
                          .expected = "a folder with metadata.csv and wavs/ (LJSpeech layout)",
                          .advice = {}});
}

// The text settings of a checkpoint, or of a run's best one, with the checkpoint's vocabulary file.
config::TextSettings text_of(const core::FileSystem& files, const std::string& checkpoint) {
  require_checkpoint("--checkpoint", checkpoint);
  for (const char* place : {".", "checkpoints/best", "checkpoints/last"}) {
    const core::Path folder = (core::Path(checkpoint) / place).lexically_normal();
    if (!files.exists(folder / "tokenizer.json")) continue;
    const std::string config = (folder / "config.toml").string();
    config::Settings made_with;
    if (files.exists(config)) config::load_kept_toml(made_with, files.read(config), config);
    made_with.text.vocabulary = (folder / "tokenizer.json").string();
    return made_with.text;
  }
  throw core::CheckpointError({.what = "no vocabulary in the checkpoint",
                               .where = "--checkpoint",
                               .value = checkpoint,
                               .expected = "tokenizer.json in it, or in its checkpoints/best",
                               .advice = {}});
}

// The settings with the checkpoint's text input and vocabulary; only the language may differ.
config::Settings settings_with_checkpoint(const PreflightArguments& a, const core::FileSystem& files) {
  const config::TextSettings text = text_of(files, a.model.checkpoint);
  config::Settings settings = settings_of(a, text);
  settings.text.input = text.input;
  settings.text.vocabulary = text.vocabulary;
  return settings;
}

[[noreturn]] void rank_in_engine(const PreflightArguments& a, const config::Settings& settings) {
  auto request = a.model.request<requests::PreflightRequest>();
  request.settings.data = settings.data;
  request.settings.text = settings.text;
  request.json = a.json;
  if (!a.html.empty()) request.html = a.html;
  become_engine(request);
}

int run_preflight(const PreflightArguments& a) {
  config::Settings settings = settings_of(a, {});
  core::FileSystem& files = core::local_file_system();
  const bool has_checkpoint = !a.model.checkpoint.empty();
  if (has_checkpoint) settings = settings_with_checkpoint(a, files);
  if (has_checkpoint && !a.quick) rank_in_engine(a, settings);
  const quality::Preflight found =
      quality::preflight(files, settings, a.quick ? quality::Depth::kHeaders : quality::Depth::kSamples);
  core::Console console(a.json);
  report::publish_preflight(found, {.json = a.json, .html = a.html}, files, console);
  return found.passed() ? 0 : 1;
}

void declare(CLI::App& app, PreflightArguments& a) {
  CLI::Option* checkpoint = app.add_option("--checkpoint", a.model.checkpoint,
                                           "a trained voice: rank clips by its loss, wrong transcripts first, and "
                                           "look up the characters in its vocabulary; default: name rare ones");
  checkpoint->type_name("FOLDER")->check(not_empty())->group("Model");
  CLI::Option* quick = app.add_flag(
      "--quick", a.quick, "headers and texts only: clips are not decoded, and a checkpoint lends its vocabulary alone");
  quick->group("Data");
  for (const std::string& flag : a.model.declare_computation(app)) {
    app.get_option(flag)->needs(checkpoint)->excludes(quick);
  }
  app.add_flag("--json", a.json, "one JSON object on stdout")->group("Report");
  app.add_option("--html", a.html, "write a page, too")->type_name("FILE")->check(not_empty())->group("Report");
}

}  // namespace

Command preflight_command() {
  return {"preflight", "check a data set: every clip that cannot be used, or looks wrong, and what to do",
          [](CLI::App& app) -> std::function<int()> {
            auto a = std::make_shared<PreflightArguments>();
            a->settings = std::make_unique<SettingArguments>(app, setting_flags());
            declare(app, *a);
            return [a]() -> int { return run_preflight(*a); };
          }};
}

}  // namespace myxtts::front
