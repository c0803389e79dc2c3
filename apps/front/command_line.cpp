#include "front/command_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "config/fields.hpp"
#include "core/error.hpp"
#include "core/file_system.hpp"
#include "front/replaced_flags.hpp"
#include "front/values.hpp"
#include "front/versions.hpp"

namespace myxtts::front {
namespace {

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

// Rejects `--seed --lr 3`, in which --lr was parsed as the value of --seed: an error about the 3 would explain nothing.
void reject_flag_as_value(const CLI::App& app) {
  const std::vector<std::string> known = flag_names(app);
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& value : option->results()) {
      if (std::ranges::find(known, flag_name(value)) == known.end()) continue;
      throw core::UsageError({.what = "a flag without its value",
                              .where = "myxtts " + app.get_name(),
                              .value = option->get_name(),
                              .expected = fmt::format("a value behind it, not {}", value),
                              .advice = {}});
    }
  }
}

void reject_extras(const CLI::App& app) {
  if (app.remaining().empty()) return;
  const std::string name = flag_name(app.remaining().front());
  const std::string replacement = what_replaces(name);
  const bool is_flag = name.starts_with("-");
  if (!is_flag) reject_flag_as_value(app);
  throw core::UsageError({.what = is_flag ? "unknown flag" : "unexpected argument",
                          .where = "myxtts " + app.get_name(),
                          .value = name,
                          .expected = fmt::format("a flag that `./myxtts {} --help` lists", app.get_name()),
                          .advice = replacement.empty() ? did_you_mean(name, flag_names(app))
                                                        : "The old program's flag is gone. " + replacement});
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

// The flag's help with the default and the range of its key.
std::string help_text(const SettingFlag& flag) {
  config::Settings settings;
  const std::vector<config::Field> fields = config::fields(settings);
  const auto field = std::ranges::find(fields, flag.key, &config::Field::key);
  if (field == fields.end()) return flag.help;
  const std::string help = fmt::format(fmt::runtime(flag.help), config::value_text(*field));
  return field->high > field->low ? fmt::format("{} ({})", help, config::range_text(*field)) : help;
}

// The engine inherits the environment variable.
void be_plain() { ::setenv("NO_COLOR", "1", 1); }

}  // namespace

int run_command_line(const std::vector<Command>& commands, int argc, char** argv) {
  CLI::App app("MyXTTS trains an XTTS voice from your recordings, and speaks with it.", "myxtts");
  app.set_version_flag("--version", version_text);
  app.require_subcommand(0, 1);
  app.failure_message(CLI::FailureMessage::simple);
  std::vector<std::pair<CLI::App*, std::function<int()>>> runs;
  for (const Command& command : commands) {
    CLI::App* sub = app.add_subcommand(command.name, command.summary);
    sub->allow_extras();
    sub->add_flag_callback("--plain", be_plain, "lines only: no progress bar and no colours, as NO_COLOR=1 says");
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
    for (auto& [sub, run] : runs) reject_extras(*sub);  // first: an unknown flag explains more than `error`
    throw core::UsageError({.what = "wrong command line",
                            .where = "myxtts " + first,
                            .value = {},
                            .expected = {},
                            .advice = fmt::format("{}. See ./myxtts {} --help.", error.what(), first)});
  }
  for (auto& [sub, run] : runs) {
    if (!sub->parsed()) continue;
    reject_extras(*sub);
    return run();
  }
  return 0;
}

void set_by_flag(config::Settings& settings, const std::string& flag, const std::string& key, const std::string& text) {
  if (text.empty()) {
    throw core::UsageError(
        {.what = "empty value", .where = flag, .value = {}, .expected = {}, .advice = "Leave the flag out instead."});
  }
  try {
    config::set_field(settings, key, text);
  } catch (const core::UsageError& error) {
    throw core::UsageError(fmt::format("{}: {}", flag, error.what()));
  }
}

SettingArguments::SettingArguments(CLI::App& app, const std::vector<SettingFlag>& flags) {
  values_.reserve(flags.size());  // options hold references to the values
  for (const SettingFlag& flag : flags) {
    Value& value = values_.emplace_back(Value{flag.key, flag.flag, {}, nullptr});
    value.option = flag.unit.empty() ? app.add_flag(flag.flag, value.text, help_text(flag))
                                     : app.add_option(flag.flag, value.text, help_text(flag))->type_name(flag.unit);
    value.option->group(flag.group);
    if (config::is_list(flag.key)) value.option->take_last();  // apply() reads all of them
  }
  app.add_option("--config", config_file_, "a TOML file with settings (as --dump-config prints it)")
      ->type_name("FILE")
      ->check(not_empty())
      ->group("Settings");
  app.add_option("--set", assignments_, "one setting; repeatable")
      ->type_name("MODULE.KEY=VALUE")
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
    set_by_flag(base, value.flag, value.key, value.text);
    if (config::is_list(value.key)) config::set_list(base, value.key, value.option->results());
  }
}

bool SettingArguments::names(const std::string& key) const {
  const auto has_flag = [&](const Value& value) { return value.key == key && value.option->count() > 0; };
  const auto sets_it = [&](const std::string& assignment) { return assignment.starts_with(key + "="); };
  return std::ranges::any_of(values_, has_flag) || std::ranges::any_of(assignments_, sets_it);
}

}  // namespace myxtts::front
