#pragma once
// Arguments of the commands that run the training pipeline: train and profile.

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "front/command_line.hpp"
#include "front/device_arguments.hpp"
#include "machine/device_plan.hpp"

namespace myxtts::front {

struct PipelineArguments {
  // Declares the flags that only this command has, and those of both.
  PipelineArguments(CLI::App& app, std::vector<SettingFlag> own_flags);

  // The preset of --model-size, of run.size in --config or --set, or of the devices.
  // Throws: core::UsageError where two of them contradict each other, and what SettingArguments::apply() throws.
  [[nodiscard]] config::Settings preset(const machine::DevicePlan& plan) const;
  // What --config, --set and the flags make of it. Throws: as preset().
  [[nodiscard]] config::Settings resolve(const machine::DevicePlan& plan) const;
  // Throws: core::UsageError where the settings contradict each other; core::ConfigError where a file has a part in it.
  void validate(const config::Settings& resolved, bool from_file = false) const;

  SettingArguments settings;
  std::string size;
  DeviceArguments devices;
};

}  // namespace myxtts::front
