#include "front/speech_arguments.hpp"

#include <filesystem>

#include "config/presets.hpp"
#include "core/error.hpp"
#include "front/command_line.hpp"
#include "front/values.hpp"

namespace myxtts::front {

void require_checkpoint(const std::string& flag, const std::string& folder) {
  std::error_code code;
  if (std::filesystem::is_directory(folder, code)) return;
  throw core::CheckpointError({.what = "no such checkpoint",
                               .where = flag,
                               .value = folder,
                               .expected = "a folder runs/NAME or runs/NAME/checkpoints/voice-00001000",
                               .advice = "Train one with ./myxtts train."});
}

void ModelArguments::declare(CLI::App& app) {
  app.add_option("--checkpoint", checkpoint, "a checkpoint, or a run folder (its best checkpoint is taken)")
      ->type_name("FOLDER")
      ->check(not_empty())
      ->required()
      ->group("Model");
  declare_computation(app);
}

std::vector<std::string> ModelArguments::declare_computation(CLI::App& app) {
  app.add_option("--threads", threads, "CPU threads; default: every core")
      ->type_name("THREADS")
      ->check(whole_number(1, 1024))
      ->group("Model");
  app.add_option("--precision", precision, "fp32 (default), tf32 (on a CPU the same), bf16 or fp16")
      ->type_name("PRECISION")
      ->group("Model");
  devices.declare_one_role(app);
  return {"--threads", "--precision", "--device", "--model-gpu"};
}

requests::EngineRequest ModelArguments::computation() const {
  requests::EngineRequest request;
  request.device_plan = machine::resolve(devices.options(), *machine::nvml_inventory());
  set_by_flag(request.settings, "--precision", "run.precision", precision);
  require_checkpoint("--checkpoint", checkpoint);
  request.settings.run.threads = threads;
  config::decide_threads(request.settings.run);
  return request;
}

}  // namespace myxtts::front
