// myxtts preflight: checks a data set before anything is trained on it.

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <thread>

#include "config/fields.hpp"
#include "core/console.hpp"
#include "core/error.hpp"
#include "dataset/preflight.hpp"
#include "front/commands.hpp"
#include "front/speech_arguments.hpp"
#include "front/values.hpp"
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
  std::string checkpoint;
  std::string html;
  bool quick = false;
  bool json = false;
};

config::Settings settings_of(const PreflightArguments& a) {
  config::Settings settings;
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

// Sets what a checkpoint, or a run's best one, reads: its vocabulary, and whether that is of phonemes.
void read_as_checkpoint(const core::FileSystem& files, const std::string& checkpoint, config::TextSettings& text) {
  require_checkpoint("--checkpoint", checkpoint);
  for (const char* place : {".", "checkpoints/best", "checkpoints/last"}) {
    const core::Path folder = (core::Path(checkpoint) / place).lexically_normal();
    if (!files.exists(folder / "tokenizer.json")) continue;
    const std::string config = (folder / "config.toml").string();
    config::Settings made_with;
    if (files.exists(config)) config::load_toml(made_with, files.read(config), config);
    text.input = made_with.text.input;
    text.vocabulary = (folder / "tokenizer.json").string();
    return;
  }
  throw core::CheckpointError({.what = "no vocabulary in the checkpoint",
                               .where = "--checkpoint",
                               .value = checkpoint,
                               .expected = "tokenizer.json in it, or in its checkpoints/best",
                               .advice = {}});
}

int run_preflight(const PreflightArguments& a) {
  config::Settings settings = settings_of(a);
  core::FileSystem& files = core::local_file_system();
  if (!a.checkpoint.empty()) read_as_checkpoint(files, a.checkpoint, settings.text);
  const dataset::Preflight found =
      dataset::preflight(files, settings, a.quick ? dataset::Depth::kHeaders : dataset::Depth::kSamples);
  if (!a.html.empty()) core::write_atomically(files, a.html, report::preflight_html(found));
  core::Console console(a.json);
  if (a.json) {
    fmt::print("{}\n", report::preflight_json(found));
    console.info(report::preflight_verdict(found));
  } else {
    for (const std::string& line : report::preflight_lines(found)) console.info(line);
  }
  return found.passed() ? 0 : 1;
}

void declare(CLI::App& app, PreflightArguments& a) {
  app.add_option("--checkpoint", a.checkpoint, "look up the characters in its vocabulary; default: name rare ones")
      ->type_name("FOLDER")
      ->check(not_empty())
      ->group("Data");
  app.add_flag("--quick", a.quick, "headers and texts only: clips are not decoded")->group("Data");
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
