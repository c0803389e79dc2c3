// myxtts validate: does the checks that need no torch, then becomes the engine for the rest if that is possible.

#include <fmt/format.h>

#include <memory>

#include "config/presets.hpp"
#include "front/commands.hpp"
#include "front/device_arguments.hpp"
#include "front/engine_process.hpp"
#include "front/versions.hpp"
#include "machine/prerequisites.hpp"

namespace myxtts::front {
namespace {

// Names both GPUs: 0 and 1 if no flag names any.
machine::DeviceOptions device_options(const DeviceArguments& arguments, const machine::DeviceInventory& inventory) {
  machine::DeviceOptions options = arguments.options();
  if (!options.names_a_gpu()) {
    options.data_gpu = "0";
    options.model_gpu = "1";
  }
  machine::check_flags(options);
  const bool one_flag = !options.share_gpu && options.data_gpu.has_value() != options.model_gpu.has_value();
  if (one_flag) (void)machine::resolve(options, inventory);  // throws an error that names the missing flag
  return options;
}

requests::ValidateRequest request_of(const machine::Prerequisites& found, bool json) {
  requests::ValidateRequest request;
  request.settings = config::preset("tiny");
  request.settings.run.threads = 1;
  request.device_plan = *found.plan;
  request.report = found.report;
  request.json = json;
  return request;
}

// Returns only if the engine cannot be started; the report then says so.
void start_engine(machine::Prerequisites& found, bool json) {
  try {
    become_engine(request_of(found, json));
  } catch (const core::Error& error) {
    const std::string name = machine::name_of(machine::Check::kLibtorchGpus);
    found.report.fail(machine::Check::kLibtorchGpus, fmt::format("{}: {}", name, error.what()),
                      name + ": build it with scripts/build release myxtts-engine");
  }
}

int validate(const DeviceArguments& arguments, bool json) {
  const auto inventory = machine::nvml_inventory();
  const machine::DeviceOptions options = device_options(arguments, *inventory);
  machine::Prerequisites found = machine::check_prerequisites(options, *inventory, libtorch_version());
  if (found.plan) start_engine(found, json);
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
