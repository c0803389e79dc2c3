// myxtts train: decides everything that can be decided without torch, then becomes the engine.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "config/fields.hpp"
#include "config/presets.hpp"
#include "config/resume_rules.hpp"
#include "core/console.hpp"
#include "core/error.hpp"
#include "front/commands.hpp"
#include "front/engine_process.hpp"
#include "front/pipeline_arguments.hpp"
#include "front/speech_arguments.hpp"
#include "front/values.hpp"
#include "machine/device_options.hpp"
#include "machine/messages.hpp"
#include "report/run_folder.hpp"
#include "requests/requests.hpp"
#include "sample_data/make_data.hpp"
#include "stages/catalogue/catalogue.hpp"
#include "stages/plan/stage_plan.hpp"

namespace myxtts::front {
namespace {

using config::RunStart;
using report::RunFolder;

constexpr const char* kOldDefaultData = "../dataset/dataset_train";
constexpr const char* kOldDefaultValidation = "../dataset/dataset_eval";
constexpr int kDefaultSentences = 3000;
constexpr int kSpokenSentences = 100;
constexpr const char* kMemoryInterval = "--memory-interval";

// "codec,voice (default), codec, or voice with --codec".
std::string stages_help() {
  std::vector<std::string> choices = stages::stage_choices();
  choices.front() += " (default)";
  choices.back() = fmt::format("or {} with --codec", choices.back());
  return fmt::format("{}", fmt::join(choices, ", "));
}

const std::vector<SettingFlag>& own_flags() {
  static const std::vector<SettingFlag> flags = {
      {"--train-data", "FOLDER", "data.train",
       "metadata.csv and wavs/; repeatable; FOLDER:2 is visited twice an epoch; default: speaks its own data set",
       "Data"},
      {"--val-data", "FOLDER", "data.validation", "held-out clips; default: a split by hash of the ids", "Data"},
      {"--language", "LANGUAGE", "text.language", "of the transcripts; default {}", "Data"},
      {"--epochs", "PASSES", "voice.epochs", "plan of the voice stage; default: {}, by steps", "Training"},
      {"--lr", "RATE", "voice.learning_rate", "peak of the voice stage; default: the size's", "Training"},
      {"--init", "CHECKPOINT", "run.init", "a checkpoint to start from: its codec as it is, its voice trained on",
       "Training"},
      {"--stages", "STAGES", "run.stages", stages_help(), "Training"},
      {"--buffer-size", "BATCHES", "batch.buffer", "kept ready; default {}", "Pipeline"},
      {"--model-start-delay", "SECONDS", "run.start_delay_seconds",
       "training starts with a full buffer or after so long; default {}", "Pipeline"},
      {kMemoryInterval, "STEPS", "memory.interval_steps",
       "between two lines on memory, with isolation; default {}; 0: none", "Run"},
      {"--log-every", "STEPS", "run.log_every", "between two lines where there is no terminal; default {}", "Run"},
  };
  return flags;
}

struct TrainArguments {
  explicit TrainArguments(CLI::App& app) : pipeline(app, own_flags()) {}

  PipelineArguments pipeline;
  std::string output;
  std::optional<std::int64_t> max_steps;
  bool resume = false;
  bool reset = false;
  bool dump_config = false;
};

[[noreturn]] void contradict(const std::string& flags, const std::string& advice) {
  throw core::UsageError(
      {.what = "flags that contradict each other", .where = flags, .value = {}, .expected = {}, .advice = advice});
}

// The memory monitor reports the used share of a limit; without isolation there is no limit.
void check_monitoring(const PipelineArguments& a) {
  if (!a.settings.names("memory.interval_steps") || a.devices.options().isolation) return;
  throw core::UsageError({.what = "a flag is missing",
                          .where = kMemoryInterval,
                          .value = {},
                          .expected = "--enable-memory-isolation beside it",
                          .advice = {}});
}

// If a stage learns from the model of another, that model is trained in the same run or given as a checkpoint.
void check_stages(const config::RunSettings& run) {
  const bool is_given = !run.codec.empty() || !run.init.empty();
  const bool uses_codec = std::ranges::any_of(stages::kCatalogue, [&](const stages::StageEntry& entry) {
    return stages::is_named(run.stages, entry.name) && entry.learns_from(stages::kCodec.name);
  });
  if (uses_codec && !stages::is_named(run.stages, stages::kCodec.name) && !is_given) {
    contradict(
        "--stages " + run.stages,
        "Give a codec to learn from with --codec CHECKPOINT, or train both: --stages " + stages::all_names() + ".");
  }
  if (!uses_codec && !run.codec.empty()) {
    contradict(fmt::format("--stages {}, --codec", run.stages),
               fmt::format("A codec that is given is not trained: use --stages {}.", stages::kSpeaking.name));
  }
}

// Epochs take precedence over steps wherever they are set, so steps of the command line would be ignored.
void check_length(const PipelineArguments& a, const config::VoiceSettings& voice) {
  if (voice.epochs == 0 || voice.steps == 0 || !a.settings.names("voice.steps")) return;
  contradict("--epochs, --set voice.steps", "Plan the voice stage by passes or by steps: not both.");
}

// The settings before --config, --set and flags: the preset, or the settings of the resumed run.
config::Settings base_settings(const TrainArguments& a, const machine::DevicePlan& plan, const RunFolder& run,
                               core::Console& console) {
  config::Settings base = a.pipeline.preset(plan);
  if (!run.old_config) return base;
  const std::string name = (run.folder / "config.toml").string();
  for (const std::string& line : config::load_kept_toml(base, *run.old_config, name)) console.info(line);
  if (!a.pipeline.size.empty() && a.pipeline.size != base.run.size) {
    throw core::ConfigError({.what = "the run that is resumed has another model size",
                             .where = name,
                             .value = base.run.size,
                             .expected = a.pipeline.size,
                             .advice = "Leave out --model-size, or give another --output."});
  }
  return base;
}

config::Settings resolve_settings(const TrainArguments& a, const machine::DevicePlan& plan, const RunFolder& run,
                                  core::Console& console) {
  config::Settings settings = base_settings(a, plan, run, console);
  const config::Settings old_settings = settings;
  a.pipeline.settings.apply(settings);
  if (run.old_config) {
    config::inherit_run_decisions(old_settings, settings);
    stages::inherit_steps(stages::all_plans(), old_settings, settings);
  }
  check_stages(settings.run);
  a.pipeline.validate(settings, run.old_config.has_value());
  config::decide_threads(settings.run);
  if (run.old_config) config::check_resumed(old_settings, settings, (run.folder / "config.toml").string(), console);
  if (a.resume && !run.old_config) {
    console.info(fmt::format("--resume: there is no run in {} yet, starting a new one.", run.folder.string()));
  }
  return settings;
}

// The folder into which the embedded default data set of a language is spoken.
std::string default_data(const std::string& language) {
  return "data/slot-sentences" + (language == "en" ? "" : "-" + language);
}

// Returns whether to train on the embedded default data set. It is refused if the user names GPUs.
bool resolve_data(config::Settings& settings, bool gpus_named, core::Console& console) {
  if (!settings.data.train.empty()) return false;
  if (std::filesystem::is_directory(kOldDefaultData)) {
    settings.data.train = {kOldDefaultData};
    console.info(fmt::format("Training on {} (the default, because it is there).", kOldDefaultData));
    return false;
  }
  if (gpus_named) {
    throw core::DataError({.what = "no data set",
                           .where = "--train-data",
                           .value = {},
                           .expected = "a folder with metadata.csv and wavs/ (LJSpeech layout)",
                           .advice = fmt::format("Give one; there is none in {} either.", kOldDefaultData)});
  }
  settings.data.train = {default_data(settings.text.language)};
  return true;
}

// Uses the old default data set's held-out clips if that data set is trained on and no others are named.
void resolve_validation(config::Settings& settings, core::Console& console) {
  const std::vector<std::string>& train = settings.data.train;
  if (!settings.data.validation.empty() || train.size() != 1) return;
  if (!config::is_same_folder(train[0], kOldDefaultData)) return;
  if (!std::filesystem::is_directory(kOldDefaultValidation)) return;
  settings.data.validation = kOldDefaultValidation;
  console.info(fmt::format("Validating on {} (the default, because it is there).", kOldDefaultValidation));
}

void speak_default_data(const config::Settings& settings, core::Console& console) {
  console.info(fmt::format("The default data set: {} sentences, spoken by espeak-ng into {}.", kDefaultSentences,
                           settings.data.train.front()));
  sample_data::MakeDataOptions options;
  options.output = settings.data.train.front();
  options.language = settings.text.language;
  options.count = kDefaultSentences;
  sample_data::make_data(core::local_file_system(), options, console);
}

// Reports mistakes that the command line alone shows, before GPUs and disk are accessed.
void check_command_line(const TrainArguments& a) {
  if (a.resume && a.reset) contradict("--resume, --reset-training", "Go on with the run, or start it over: not both.");
  machine::check_flags(a.pipeline.devices.options());
  check_monitoring(a.pipeline);
  const config::Settings settings = a.pipeline.resolve({});
  check_length(a.pipeline, settings.voice);
  if (!a.resume) check_stages(settings.run);
}

int train(const TrainArguments& a) {
  check_command_line(a);
  core::Console console;
  std::vector<std::string> log_lines;
  console.keep_in([&](std::string_view line) { log_lines.emplace_back(line); });
  const machine::DeviceOptions devices = a.pipeline.devices.options();
  const machine::DevicePlan plan = machine::resolve(devices, *machine::nvml_inventory());
  config::Settings settings = a.pipeline.resolve(plan);
  if (!a.resume) a.pipeline.validate(settings);
  if (a.dump_config) {
    fmt::print("{}", config::dump_toml(settings));
    return 0;
  }
  const RunFolder run = report::choose_run_folder(a.output, settings.run.size, a.resume, a.reset);
  settings = resolve_settings(a, plan, run, console);
  if (run.start != RunStart::kResume && !settings.run.codec.empty()) require_checkpoint("--codec", settings.run.codec);
  if (run.start != RunStart::kResume && !settings.run.init.empty()) require_checkpoint("--init", settings.run.init);
  if (resolve_data(settings, devices.names_a_gpu(), console)) speak_default_data(settings, console);
  if (run.start != RunStart::kResume) resolve_validation(settings, console);

  requests::TrainRequest request;
  request.settings = settings;
  request.device_plan = plan;
  const bool named_by_us = a.output.empty() && run.start == RunStart::kNew;
  request.output = named_by_us ? report::claim_run_folder(run.folder) : run.folder;
  request.start = run.start;
  request.fits_micro_batch = !run.old_config && a.pipeline.fits_micro_batch(settings, plan);
  request.max_steps = a.max_steps;
  if (settings.data.train == std::vector{default_data(settings.text.language)}) {
    request.spoken_sentences = kSpokenSentences;
  }
  for (const std::string& line : machine::configuration_lines(plan)) console.info(line);
  request.log_lines = log_lines;
  become_engine(request);
}

void declare_run(CLI::App& app, TrainArguments& a) {
  app.add_option("--max-steps", a.max_steps, "stop, saved, after so many optimiser steps in all stages")
      ->type_name("STEPS")
      ->check(whole_number(1, 1'000'000'000'000))
      ->group("Training");
  app.add_option("--output,--checkpoint-dir", a.output, "of the run; default runs/<date>-<time>-<size>")
      ->type_name("FOLDER")
      ->check(not_empty())
      ->group("Run");
  app.add_flag("--resume", a.resume, "go on from the newest good checkpoint of --output")->group("Run");
  app.add_flag("--reset-training", a.reset, "start the run in --output over; its folder is emptied")->group("Run");
  app.add_flag("--dump-config", a.dump_config, "print the resolved configuration and end")->group("Settings");
}

}  // namespace

Command train_command() {
  return {"train", "train a voice from recordings and their transcripts", [](CLI::App& app) -> std::function<int()> {
            auto a = std::make_shared<TrainArguments>(app);
            declare_run(app, *a);
            return [a]() -> int { return train(*a); };
          }};
}

}  // namespace myxtts::front
