#include "front/command_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "config/fields.hpp"
#include "core/error.hpp"
#include "core/file_system.hpp"

namespace myxtts::front {
namespace {

// Flags of the old program that are gone, and what replaces them.
const std::map<std::string, std::string>& replaced_flags() {
  static const std::string kShapes = "Batches are packed: nothing is padded to a fixed length.";
  static const std::string kNoSpeakerEncoder = "The voice comes from a prompt clip: see --set conditioning.*.";
  static const std::string kSchedule = "Use --lr and --set voice.warmup_steps=N, voice.clip_norm=X.";
  static const std::map<std::string, std::string> flags = {
      {"--download-ljspeech", "Give your own folder with --train-data."},
      {"--prefetch-buffer-size", "Use --buffer-size."},
      {"--prefetch-to-gpu", "Prefetching is always on; its depth is --buffer-size."},
      {"--no-prefetch-to-gpu", "Use --buffer-size 1."},
      {"--decoder-strategy", "The voice model is always autoregressive."},
      {"--vocoder-type", "Speech comes from the codec's mel by Griffin-Lim."},
      {"--optimization-level", kSchedule},
      {"--apply-fast-convergence", kSchedule},
      {"--lightweight-config", "Use --model-size tiny."},
      {"--enable-evaluation", "Validation is always on; use --set validation.interval_steps=N."},
      {"--evaluation-interval", "Use --set validation.interval_steps=N."},
      {"--create-optimized-model", "There is nothing that replaces it."},
      {"--compression-target", "There is nothing that replaces it."},
      {"--use-pretrained-speaker-encoder", kNoSpeakerEncoder},
      {"--disable-pretrained-speaker-encoder", kNoSpeakerEncoder},
      {"--speaker-encoder-path", kNoSpeakerEncoder},
      {"--speaker-encoder-type", kNoSpeakerEncoder},
      {"--freeze-speaker-encoder", kNoSpeakerEncoder},
      {"--unfreeze-speaker-encoder", kNoSpeakerEncoder},
      {"--contrastive-loss-temperature", kNoSpeakerEncoder},
      {"--contrastive-loss-margin", kNoSpeakerEncoder},
      {"--enable-gst", kNoSpeakerEncoder},
      {"--gst-num-style-tokens", kNoSpeakerEncoder},
      {"--gst-style-token-dim", kNoSpeakerEncoder},
      {"--gst-style-embedding-dim", kNoSpeakerEncoder},
      {"--gst-num-heads", kNoSpeakerEncoder},
      {"--gst-style-loss-weight", kNoSpeakerEncoder},
      {"--simple-loss", "There is one loss; its parts are in metrics.jsonl."},
      {"--tensorboard-log-dir", "Every run keeps its metrics in its own folder (--output)."},
      {"--enable-eager-debug", "There is nothing that replaces it."},
      {"--enable-static-shapes", kShapes},
      {"--pad-to-fixed-length", kShapes},
      {"--disable-static-shapes", kShapes},
      {"--max-text-length", "Use --set data.max_text_tokens=N."},
      {"--max-mel-frames", "Use --set data.max_seconds=X."},
      {"--reference-audio", "Use --reference."},
      {"--clone-voice", "Give a clip with --reference."},
  };
  return flags;
}

std::string flag_name(const std::string& argument) { return argument.substr(0, argument.find('=')); }

std::vector<std::string> flag_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

std::string did_you_mean(const std::string& name, const std::vector<std::string>& known) {
  const std::string nearest = core::nearest_name(name, known);
  return nearest.empty() ? "" : fmt::format("Did you mean '{}'?", nearest);
}

[[noreturn]] void reject_extra(const CLI::App& app, const std::string& argument) {
  const std::string name = flag_name(argument);
  const auto replaced = replaced_flags().find(name);
  const bool is_flag = name.starts_with("-");
  throw core::UsageError({.what = is_flag ? "unknown flag" : "unexpected argument",
                          .where = "myxtts " + app.get_name(),
                          .value = name,
                          .expected = fmt::format("a flag that `./myxtts {} --help` lists", app.get_name()),
                          .advice = replaced != replaced_flags().end()
                                        ? "The old program's flag is gone. " + replaced->second
                                        : did_you_mean(name, flag_names(app))});
}

[[noreturn]] void reject_command(const std::vector<Command>& commands, int argc, char** argv) {
  const std::string first = argv[1];
  std::vector<std::string> names;
  for (const Command& command : commands) names.push_back(command.name);
  std::string advice = did_you_mean(first, names);
  if (first.starts_with("-")) {
    advice = "Did you mean ./myxtts train";
    for (int i = 1; i < argc; ++i) advice += std::string(" ") + argv[i];
    advice += "?";
  }
  throw core::UsageError({.what = first.starts_with("-") ? "flags without a command" : "unknown command",
                          .where = "myxtts",
                          .value = first,
                          .expected = fmt::format("one of: {}", fmt::join(names, ", ")),
                          .advice = advice});
}

}  // namespace

int run_command_line(const std::vector<Command>& commands, int argc, char** argv) {
  CLI::App app("MyXTTS trains an XTTS voice from your recordings, and speaks with it.", "myxtts");
  app.set_version_flag("--version", [] { return std::string("myxtts " MYXTTS_VERSION "\n" MYXTTS_LIBRARIES); });
  app.require_subcommand(0, 1);
  app.failure_message(CLI::FailureMessage::simple);
  std::vector<std::pair<CLI::App*, std::function<int()>>> runs;
  for (const Command& command : commands) {
    CLI::App* sub = app.add_subcommand(command.name, command.summary);
    sub->allow_extras();
    runs.emplace_back(sub, command.declare(*sub));
  }
  const auto is_command = [&](const std::string& name) {
    return std::ranges::any_of(commands, [&](const Command& command) { return command.name == name; });
  };
  const std::string first = argc > 1 ? argv[1] : "--help";
  if (first != "--help" && first != "-h" && first != "--version" && !is_command(first)) {
    reject_command(commands, argc, argv);
  }
  try {
    if (argc == 1) throw CLI::CallForHelp();
    app.parse(argc, argv);
  } catch (const CLI::Success& done) {
    return app.exit(done);
  } catch (const CLI::ParseError& error) {
    throw core::UsageError({.what = "wrong command line",
                            .where = "myxtts " + first,
                            .value = {},
                            .expected = {},
                            .advice = fmt::format("{}. See ./myxtts {} --help.", error.what(), first)});
  }
  for (auto& [sub, run] : runs) {
    if (!sub->parsed()) continue;
    if (!sub->remaining().empty()) reject_extra(*sub, sub->remaining().front());
    return run();
  }
  return 0;
}

SettingArguments::SettingArguments(CLI::App& app, const std::vector<SettingFlag>& flags) {
  values_.reserve(flags.size());  // options hold references to the values
  for (const SettingFlag& flag : flags) {
    Value& value = values_.emplace_back(Value{flag.key, flag.flag.substr(0, flag.flag.find(',')), {}, nullptr});
    value.option = app.add_option(flag.flag, value.text, flag.help)->group(flag.group);
  }
  app.add_option("--config", config_file_, "a TOML file with settings (as --dump-config prints it)")->group("Settings");
  app.add_option("--set", assignments_, "one setting, as module.key=value; repeatable")
      ->group("Settings")
      ->allow_extra_args(false);
}

void SettingArguments::apply(config::Settings& base) const {
  if (!config_file_.empty()) {
    if (config_file_.ends_with(".yaml") || config_file_.ends_with(".yml")) {
      throw core::ConfigError({.what = "a YAML file",
                               .where = config_file_,
                               .value = {},
                               .expected = "a TOML file: `[model]` on a line, then `layers = 4`",
                               .advice = "Start from what ./myxtts train --dump-config prints."});
    }
    config::load_toml(base, core::local_file_system().read(config_file_), config_file_);
  }
  for (const std::string& assignment : assignments_) {
    const auto equals = assignment.find('=');
    if (equals == std::string::npos) {
      throw core::UsageError({.what = "bad value of --set",
                              .where = "--set",
                              .value = assignment,
                              .expected = "module.key=value",
                              .advice = {}});
    }
    config::set_field(base, assignment.substr(0, equals), assignment.substr(equals + 1));
  }
  for (const Value& value : values_) {
    if (value.option->count() == 0) continue;
    try {
      config::set_field(base, value.key, value.text);
    } catch (const core::UsageError& error) {
      throw core::UsageError(fmt::format("{}: {}", value.flag, error.what()));
    }
  }
}

}  // namespace myxtts::front
