// myxtts train: decides everything that can be decided without torch, then becomes the engine.

#include <fmt/format.h>

#include <memory>
#include <thread>

#include "config/fields.hpp"
#include "config/presets.hpp"
#include "config/resumed.hpp"
#include "core/console.hpp"
#include "core/error.hpp"
#include "front/commands.hpp"
#include "front/device_arguments.hpp"
#include "front/engine_process.hpp"
#include "front/speech_arguments.hpp"
#include "front/values.hpp"
#include "machine/device_options.hpp"
#include "machine/messages.hpp"
#include "report/run_folder.hpp"
#include "sample_data/make_data.hpp"

namespace myxtts::front {
namespace {

using report::RunFolder;
using report::RunStart;

constexpr const char* kOldDefaultData = "../dataset/dataset_train";
constexpr const char* kOldDefaultValidation = "../dataset/dataset_eval";
constexpr const char* kDefaultData = "data/slot-sentences";
constexpr int kDefaultSentences = 3000;
constexpr int kSpokenSentences = 100;
constexpr std::int64_t kBatchWithGpuFlags = 32;

const std::vector<SettingFlag>& setting_flags() {
  static const std::vector<SettingFlag> flags = {
      {"--train-data", "FOLDER", "data.train", "metadata.csv and wavs/; default: speaks its own data set", "Data"},
      {"--val-data", "FOLDER", "data.validation", "held-out clips; default: a split by hash of the ids", "Data"},
      {"--max-rejected", "SHARE", "data.max_rejected", "clips that may be rejected, as 0.05 or 5%; default 0.05",
       "Data"},
      {"--num-workers", "THREADS", "data.workers", "that decode; default 2", "Data"},
      {"--batch-size", "CLIPS", "batch.size",
       "as much as so many of mean length; default: the size's, 32 with GPU flags and no --model-size", "Training"},
      {"--grad-accum", "BATCHES", "batch.accumulation", "in an optimiser step; default: the size's", "Training"},
      {"--epochs", "PASSES", "voice.epochs", "plan of the voice stage; default: 0, by steps", "Training"},
      {"--lr", "RATE", "voice.learning_rate", "peak of the voice stage; default: the size's", "Training"},
      {"--seed", "NUMBER", "run.seed", "of every random draw; default 1", "Training"},
      {"--codec", "CHECKPOINT", "run.codec", "a checkpoint whose trained codec is used", "Training"},
      {"--init", "CHECKPOINT", "run.init", "a checkpoint to start from: its codec as it is, its voice trained on",
       "Training"},
      {"--stages", "STAGES", "run.stages", "codec,voice (default), codec, or voice with --codec", "Training"},
      {"--precision", "PRECISION", "run.precision",
       "of the model role: fp32 (default), tf32 (on a CPU the same), bf16 or fp16", "Training"},
      {"--deterministic", "", "run.deterministic",
       "the same bits in every run on a GPU too, slower; on a CPU they are the same anyway", "Training"},
      {"--buffer-size", "BATCHES", "batch.buffer", "kept ready; default 50", "Pipeline"},
      {"--model-start-delay", "SECONDS", "run.start_delay_seconds",
       "training starts with a full buffer or after so long; default 2", "Pipeline"},
      {"--threads", "THREADS", "run.threads", "of the model role; default: 0, every core", "Pipeline"},
      {"--verify-transfer", "", "transfer.verify", "a checksum of each batch on both sides; what differs is sent again",
       "Pipeline"},
      {"--memory-interval", "STEPS", "memory.interval_steps",
       "between two lines on memory, with isolation; default 100; 0: none", "Run"},
      {"--log-every", "STEPS", "run.log_every", "between two lines where there is no terminal; default 25", "Run"},
  };
  return flags;
}

struct TrainArguments {
  std::unique_ptr<SettingArguments> settings;
  std::string size;
  std::string output;
  std::int64_t max_steps = 0;
  DeviceArguments devices;
  bool resume = false;
  bool reset = false;
  bool dump_config = false;
};

void check_contradictions(const TrainArguments& a) {
  const auto contradict = [](const std::string& flags, const std::string& advice) {
    throw core::UsageError(
        {.what = "flags that contradict each other", .where = flags, .value = {}, .expected = {}, .advice = advice});
  };
  if (a.resume && a.reset) contradict("--resume, --reset-training", "Go on with the run, or start it over: not both.");
}

void check_stages(const config::RunSettings& run) {
  if (run.stages == "voice" && run.codec.empty() && run.init.empty()) {
    throw core::UsageError({.what = "flags that contradict each other",
                            .where = "--stages voice",
                            .value = {},
                            .expected = "a codec that the voice model can learn from",
                            .advice = "Give one with --codec CHECKPOINT, or train both: --stages codec,voice."});
  }
  if (run.stages == "codec" && !run.codec.empty()) {
    throw core::UsageError({.what = "flags that contradict each other",
                            .where = "--stages codec, --codec",
                            .value = {},
                            .expected = {},
                            .advice = "A codec that is given is not trained: use --stages voice."});
  }
}

// The preset of --model-size, of run.size in --config or --set, or of the devices.
config::Settings preset_settings(const TrainArguments& a, const machine::DevicePlan& plan) {
  config::Settings named;
  named.run.size.clear();
  a.settings->apply(named);
  if (!a.size.empty() && !named.run.size.empty() && a.size != named.run.size) {
    throw core::UsageError({.what = "model sizes that contradict each other",
                            .where = "--model-size",
                            .value = a.size,
                            .expected = fmt::format("run.size = '{}', as --config or --set has it", named.run.size),
                            .advice = "Leave one of them out."});
  }
  const std::string size = a.size.empty() ? named.run.size : a.size;
  config::Settings settings = config::preset(!size.empty() ? size : plan.uses_gpu() ? "normal" : "tiny");
  if (a.size.empty() && a.devices.options().names_a_gpu()) settings.batch.size = kBatchWithGpuFlags;
  return settings;
}

// A contradiction that is on the command line alone is a mistake of the command line.
void validate(const config::Settings& settings, bool from_file) {
  try {
    config::validate(settings);
  } catch (const core::ConfigError& error) {
    if (from_file) throw;
    throw core::UsageError(error.what());
  }
}

// The settings before --config, --set and flags: the preset, or what the resumed run was made with.
config::Settings base_settings(const TrainArguments& a, const machine::DevicePlan& plan, const RunFolder& run) {
  config::Settings base = preset_settings(a, plan);
  if (!run.old_config) return base;
  const std::string name = (run.folder / "config.toml").string();
  config::load_toml(base, *run.old_config, name);
  if (!a.size.empty() && a.size != base.run.size) {
    throw core::ConfigError({.what = "the run that is resumed has another model size",
                             .where = name,
                             .value = base.run.size,
                             .expected = a.size,
                             .advice = "Leave out --model-size, or give another --output."});
  }
  return base;
}

config::Settings resolve_settings(const TrainArguments& a, const machine::DevicePlan& plan, const RunFolder& run,
                                  core::Console& console) {
  config::Settings settings = base_settings(a, plan, run);
  const config::Settings old_settings = settings;
  a.settings->apply(settings);
  if (run.old_config) config::keep_what_was_decided(old_settings, settings);
  check_stages(settings.run);
  validate(settings, run.old_config || !a.settings->config_file().empty());
  if (settings.run.threads == 0) settings.run.threads = std::max(1U, std::thread::hardware_concurrency());
  if (run.old_config) config::check_resumed(old_settings, settings, (run.folder / "config.toml").string(), console);
  if (a.resume && !run.old_config) {
    console.info(fmt::format("--resume: there is no run in {} yet, starting a new one.", run.folder.string()));
  }
  return settings;
}

// Returns whether the embedded default is to be trained on. It is not what somebody with GPUs to name wants.
bool resolve_data(config::Settings& settings, bool gpus_named, core::Console& console) {
  if (!settings.data.train.empty()) return false;
  if (std::filesystem::is_directory(kOldDefaultData)) {
    settings.data.train = kOldDefaultData;
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
  settings.data.train = kDefaultData;
  return true;
}

// The old default's held-out clips, where it is trained on and no others are named.
void resolve_validation(config::Settings& settings, core::Console& console) {
  const auto folder = [](const std::string& name) { return (core::Path(name) / "").lexically_normal(); };
  if (!settings.data.validation.empty() || folder(settings.data.train) != folder(kOldDefaultData)) return;
  if (!std::filesystem::is_directory(kOldDefaultValidation)) return;
  settings.data.validation = kOldDefaultValidation;
  console.info(fmt::format("Validating on {} (the default, because it is there).", kOldDefaultValidation));
}

void speak_default_data(core::Console& console) {
  console.info(
      fmt::format("The default data set: {} sentences, spoken by espeak-ng into {}.", kDefaultSentences, kDefaultData));
  sample_data::MakeDataOptions options;
  options.output = kDefaultData;
  options.count = kDefaultSentences;
  sample_data::make_data(core::local_file_system(), options, console);
}

// Mistakes that the command line alone shows; they come before GPUs and disk.
void check_command_line(const TrainArguments& a) {
  check_contradictions(a);
  machine::check_flags(a.devices.options());
  config::Settings settings = preset_settings(a, {});
  a.settings->apply(settings);
  if (!a.resume) check_stages(settings.run);
}

// What a run without a history would be made with.
config::Settings new_settings(const TrainArguments& a, const machine::DevicePlan& plan) {
  config::Settings settings = preset_settings(a, plan);
  a.settings->apply(settings);
  if (!a.resume) validate(settings, !a.settings->config_file().empty());
  return settings;
}

int train(const TrainArguments& a) {
  check_command_line(a);
  core::Console console;
  std::vector<std::string> said;
  console.keep_in([&said](std::string_view line) { said.emplace_back(line); });
  const machine::DeviceOptions devices = a.devices.options();
  const machine::DevicePlan plan = machine::resolve(devices, *machine::nvml_inventory());
  config::Settings settings = new_settings(a, plan);
  if (a.dump_config) {
    fmt::print("{}", config::dump_toml(settings));
    return 0;
  }
  const RunFolder run = report::choose_run_folder(a.output, settings.run.size, a.resume, a.reset);
  settings = resolve_settings(a, plan, run, console);
  if (run.start != RunStart::kResume && !settings.run.codec.empty()) require_checkpoint("--codec", settings.run.codec);
  if (run.start != RunStart::kResume && !settings.run.init.empty()) require_checkpoint("--init", settings.run.init);
  if (resolve_data(settings, devices.names_a_gpu(), console)) speak_default_data(console);
  if (run.start != RunStart::kResume) resolve_validation(settings, console);

  config::EngineRequest request("train", settings);
  const bool named_by_us = a.output.empty() && run.start == RunStart::kNew;
  request.set("output", (named_by_us ? report::claim_run_folder(run.folder) : run.folder).string());
  request.set("start", run.start == RunStart::kResume ? "resume" : run.start == RunStart::kReset ? "reset" : "new");
  if (a.max_steps > 0) request.set("max_steps", std::to_string(a.max_steps));
  if (settings.data.train == kDefaultData) request.set("speak_unseen", std::to_string(kSpokenSentences));
  for (const std::string& line : machine::configuration_lines(plan)) console.info(line);
  request.arguments["said"] = said;
  become_engine(request, plan);
}

void declare_run(CLI::App& app, TrainArguments& a) {
  app.add_option("--model-size", a.size, "tiny (default on a CPU), small, normal (default on a GPU), big or xtts-v2")
      ->type_name("SIZE")
      ->check(not_empty())
      ->group("Training");
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
  a.devices.declare_two_roles(app);
}

}  // namespace

Command train_command() {
  return {"train", "train a voice from recordings and their transcripts", [](CLI::App& app) -> std::function<int()> {
            auto a = std::make_shared<TrainArguments>();
            a->settings = std::make_unique<SettingArguments>(app, setting_flags());
            declare_run(app, *a);
            return [a]() -> int { return train(*a); };
          }};
}

}  // namespace myxtts::front
