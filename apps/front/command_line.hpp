#pragma once
// What every subcommand's command line shares: parsing with "did you mean", settings flags, errors with exit code 2.

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"

namespace myxtts::front {

// One subcommand: declares its flags on `app` and returns what runs it once they are parsed (the exit code).
struct Command {
  std::string name;
  std::string summary;
  std::function<std::function<int()>(CLI::App& app)> declare;
};

// Parses and runs. Throws core::UsageError for mistakes that can be seen without looking at disk or GPU.
int run_command_line(const std::vector<Command>& commands, int argc, char** argv);

// A flag that writes a key of the settings; where that is a list, it may be given several times.
struct SettingFlag {
  std::string flag;  // "--batch-size"
  std::string unit;  // what its value counts: "CLIPS"; "": a plain flag that says true
  std::string key;   // "batch.size"
  std::string help;  // effect and default; the range is added
  std::string group;
};

// Sets a key to what a flag was given. Throws UsageError that names the flag, the value and what is allowed.
void set_by_flag(config::Settings& settings, const std::string& flag, const std::string& key, const std::string& text);

// Collects what a command line says about settings, and resolves it over a base: --config, then --set, then flags.
class SettingArguments {
 public:
  SettingArguments(CLI::App& app, const std::vector<SettingFlag>& flags);

  // Throws ConfigError (file) or UsageError (--set, flags).
  void apply(config::Settings& base) const;
  // Whether the command line gives a key, by its flag or by --set.
  [[nodiscard]] bool names(const std::string& key) const;
  [[nodiscard]] const std::string& config_file() const { return config_file_; }

 private:
  struct Value {
    std::string key;
    std::string flag;
    std::string text;
    CLI::Option* option = nullptr;
  };
  std::vector<Value> values_;
  std::vector<std::string> assignments_;
  std::string config_file_;
};

}  // namespace myxtts::front
