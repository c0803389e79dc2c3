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
  // Declares this command's own flags and those that both commands have.
  PipelineArguments(CLI::App& app, std::vector<SettingFlag> own_flags);

  // The preset named by --model-size, or by run.size in --config or --set, else the default for the devices.
  // Throws: core::UsageError if the two sizes contradict each other, and the errors of SettingArguments::apply().
  [[nodiscard]] config::Settings preset(const machine::DevicePlan& plan) const;
  // The preset with --config, --set and the flags applied. Throws: as preset().
  [[nodiscard]] config::Settings resolve(const machine::DevicePlan& plan) const;
  // Whether the micro-batch is left to the engine: the resolved settings have several in an optimiser step, on a GPU,
  // and neither --config, --set nor a flag sets batch.size or batch.accumulation.
  [[nodiscard]] bool fits_micro_batch(const config::Settings& resolved, const machine::DevicePlan& plan) const;
  // Throws: core::UsageError if the settings contradict each other; core::ConfigError if some of them come from a file.
  void validate(const config::Settings& resolved, bool from_file = false) const;

  SettingArguments settings;
  std::string size;
  DeviceArguments devices;
};

}  // namespace myxtts::front
