// myxtts validate: checks what needs no torch, and becomes the engine for the rest where that can be had.

#include <fmt/format.h>

#include <memory>

#include "config/presets.hpp"
#include "front/commands.hpp"
#include "front/device_arguments.hpp"
#include "front/engine_process.hpp"
#include "front/libtorch_version.hpp"
#include "machine/prerequisites.hpp"

namespace myxtts::front {
namespace {

// Both GPUs named: 0 and 1 where no flag says which.
machine::DeviceOptions device_options(const DeviceArguments& arguments, const machine::DeviceInventory& inventory) {
  machine::DeviceOptions options = arguments.options();
  if (!options.names_a_gpu()) {
    options.data_gpu = "0";
    options.model_gpu = "1";
  }
  machine::check_flags(options);
  const bool one_flag = !options.share_gpu && options.data_gpu.has_value() != options.model_gpu.has_value();
  if (one_flag) (void)machine::resolve(options, inventory);  // throws, and names the other
  return options;
}

config::EngineRequest request_of(const machine::MachineReport& report, bool json) {
  using machine::Check;
  config::EngineRequest request("validate", config::preset("tiny"));
  request.settings.run.threads = 1;
  request.set_flag("json", json);
  request.set_flag("isolated", report.isolated);
  request.set("driver", report.results.at(Check::kDriver).detail);
  request.set("libtorch", report.results.at(Check::kLibtorch).detail);
  request.set("indices", report.results.at(Check::kIndices).detail);
  for (const Check check : {Check::kDataOverCap, Check::kModelOverCap}) {
    const auto failure = report.results.find(check);
    if (failure == report.results.end()) continue;
    request.set("cap_failure", failure->second.detail);
    request.set("cap_advice", failure->second.advice);
    request.set_flag("cap_of_model_gpu", check == Check::kModelOverCap);
  }
  request.arguments["recommendation"] = report.recommendation;
  return request;
}

// Returns only where there is no engine to start: the report then says so.
void start_engine(machine::MachineReport& report, bool json, const machine::DevicePlan& plan) {
  try {
    become_engine(request_of(report, json), plan);
  } catch (const core::Error& error) {
    const std::string name = machine::name_of(machine::Check::kLibtorchGpus);
    report.fail(machine::Check::kLibtorchGpus, fmt::format("{}: {}", name, error.what()),
                name + ": build the program again with ./myxtts --version");
  }
}

int validate(const DeviceArguments& arguments, bool json) {
  const auto inventory = machine::nvml_inventory();
  const machine::DeviceOptions options = device_options(arguments, *inventory);
  machine::Prerequisites found = machine::check_prerequisites(options, *inventory, libtorch_version());
  if (found.plan) start_engine(found.report, json, *found.plan);
  fmt::print("{}", json ? machine::to_json(found.report) + "\n" : machine::to_text(found.report));
  return 1;
}

}  // namespace

Command validate_command() {
  return {"validate", "check this machine for training on two GPUs, or one shared",
          [](CLI::App& app) -> std::function<int()> {
            struct Arguments {
              DeviceArguments devices;
              bool json = false;
            };
            auto a = std::make_shared<Arguments>();
            a->devices.declare_two_gpus(app);
            for (const auto& [flag, index] : {std::pair("--data-gpu", 0), std::pair("--model-gpu", 1)}) {
              CLI::Option* option = app.get_option(flag);
              option->description(fmt::format("{}; with neither flag: {}", option->get_description(), index));
            }
            app.add_flag("--json", a->json, "one JSON object on stdout");
            return [a]() -> int { return validate(a->devices, a->json); };
          }};
}

}  // namespace myxtts::front
