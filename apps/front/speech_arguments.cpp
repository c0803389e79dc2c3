#include "front/speech_arguments.hpp"

#include <filesystem>
#include <thread>

#include "core/error.hpp"

namespace myxtts::front {

void ModelArguments::declare(CLI::App& app) {
  app.add_option("--checkpoint", checkpoint, "a checkpoint, or a run folder (its best checkpoint is taken)")
      ->required();
  app.add_option("--threads", threads, "CPU threads; default: every core")->check(CLI::Range(1, 1024));
  app.add_option("--device", device, "cpu (the only one in this version)")->check(CLI::IsMember({"cpu"}));
}

config::EngineRequest ModelArguments::request(const std::string& command) const {
  if (!std::filesystem::exists(checkpoint)) {
    throw core::CheckpointError({.what = "no such checkpoint",
                                 .where = "--checkpoint",
                                 .value = checkpoint,
                                 .expected = "a folder runs/NAME or runs/NAME/checkpoints/voice-00001000",
                                 .advice = "Train one with ./myxtts train."});
  }
  config::EngineRequest result(command, {});
  result.settings.run.threads = threads > 0 ? threads : std::max(1U, std::thread::hardware_concurrency());
  result.set("checkpoint", checkpoint);
  return result;
}

}  // namespace myxtts::front
