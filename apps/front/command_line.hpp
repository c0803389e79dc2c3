#pragma once
// Shared by the command lines of all subcommands: parsing with "did you mean", settings flags, errors with exit code 2.

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"

namespace myxtts::front {

// One subcommand. `declare` adds its flags to `app` and returns the function that runs it after parsing and returns the
// exit code.
struct Command {
  std::string name;
  std::string summary;
  std::function<std::function<int()>(CLI::App& app)> declare;
};

// Parses and runs. Throws core::UsageError for mistakes that can be found without access to disk or GPU.
int run_command_line(const std::vector<Command>& commands, int argc, char** argv);

// A flag that writes a key of the settings; if the key is a list, the flag may be given several times.
struct SettingFlag {
  std::string flag;  // "--batch-size"
  std::string unit;  // unit of its value: "CLIPS"; "": a flag without a value, true if given
  std::string key;   // "batch.size"
  std::string help;  // effect and default ("{}": the one of its key); the range is added
  std::string group;
};

// Sets a key to the value of a flag. Throws UsageError that names the flag, the value and what is allowed.
void set_by_flag(config::Settings& settings, const std::string& flag, const std::string& key, const std::string& text);

// Collects the settings of a command line and applies them to a base: --config, then --set, then flags.
class SettingArguments {
 public:
  SettingArguments(CLI::App& app, const std::vector<SettingFlag>& flags);

  // Throws ConfigError (file) or UsageError (--set, flags).
  void apply(config::Settings& base) const;
  // Whether the command line sets a key, by its flag or by --set.
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
