// myxtts profile: where the time of training goes, and what limits it.

#include <memory>
#include <thread>

#include "config/presets.hpp"
#include "core/console.hpp"
#include "core/error.hpp"
#include "front/commands.hpp"
#include "front/device_arguments.hpp"
#include "front/engine_process.hpp"
#include "front/speech_arguments.hpp"
#include "front/values.hpp"
#include "machine/device_options.hpp"
#include "machine/messages.hpp"

namespace myxtts::front {
namespace {

constexpr std::int64_t kBatchWithGpuFlags = 32;

const std::vector<SettingFlag>& setting_flags() {
  static const std::vector<SettingFlag> flags = {
      {"--train-data", "FOLDER", "data.train", "metadata.csv and wavs/", "Data"},
      {"--max-rejected", "SHARE", "data.max_rejected", "clips that may be rejected, as 0.05 or 5%; default 0.05",
       "Data"},
      {"--num-workers", "THREADS", "data.workers", "that decode; default 2", "Data"},
      {"--batch-size", "CLIPS", "batch.size", "as much as so many of mean length; default as in train", "Training"},
      {"--grad-accum", "BATCHES", "batch.accumulation", "in an optimiser step; default: the size's", "Training"},
      {"--seed", "NUMBER", "run.seed", "of every random draw; default 1", "Training"},
      {"--codec", "CHECKPOINT", "run.codec", "a trained codec; default: a new one, which costs the same", "Training"},
      {"--precision", "PRECISION", "run.precision", "of the model role: fp32 (default), tf32, bf16 or fp16",
       "Training"},
      {"--deterministic", "", "run.deterministic", "the same bits in every run on a GPU too, slower", "Training"},
      {"--buffer-size", "BATCHES", "batch.buffer", "kept ready; 5 at most, so that a short run is like a long one",
       "Pipeline"},
      {"--threads", "THREADS", "run.threads", "of the model role; default: 0, every core", "Pipeline"},
      {"--verify-transfer", "", "transfer.verify", "a checksum of each batch on both sides", "Pipeline"},
  };
  return flags;
}

struct ProfileArguments {
  std::unique_ptr<SettingArguments> settings;
  std::string size;
  std::int64_t steps = 50;
  std::string stage = "voice";
  std::string comparison;
  DeviceArguments devices;
  bool json = false;
};

void declare(CLI::App& app, ProfileArguments& a) {
  app.add_option("--model-size", a.size, "tiny (default on a CPU), small, normal (default on a GPU), big or xtts-v2")
      ->type_name("SIZE")
      ->check(not_empty())
      ->group("Training");
  app.add_option("--steps,--num-steps", a.steps, "measured in each way; default 50")
      ->type_name("STEPS")
      ->check(whole_number(2, 100'000))
      ->group("Profile");
  app.add_option("--stage", a.stage, "codec or voice (default)")
      ->type_name("STAGE")
      ->check(CLI::IsMember({"codec", "voice"}))
      ->group("Profile");
  app.add_option("--compare", a.comparison,
                 "with the same batches, each part after the other on one device (sequential), or without caps (plain)")
      ->type_name("WAY")
      ->check(CLI::IsMember({"sequential", "plain"}))
      ->group("Profile");
  app.add_flag("--json", a.json, "one JSON object on stdout")->group("Profile");
  a.devices.declare_two_roles(app);
}

config::Settings settings_of(const ProfileArguments& a, const machine::DevicePlan& plan) {
  config::Settings settings = config::preset(!a.size.empty() ? a.size : plan.uses_gpu() ? "normal" : "tiny");
  if (a.size.empty() && a.devices.options().names_a_gpu()) settings.batch.size = kBatchWithGpuFlags;
  a.settings->apply(settings);
  config::validate(settings);
  if (settings.run.threads == 0) settings.run.threads = std::max(1U, std::thread::hardware_concurrency());
  return settings;
}

int profile(const ProfileArguments& a) {
  machine::check_flags(a.devices.options());
  (void)settings_of(a, {});
  const machine::DevicePlan plan = machine::resolve(a.devices.options(), *machine::nvml_inventory());
  const config::Settings settings = settings_of(a, plan);
  if (settings.data.train.empty()) {
    throw core::UsageError({.what = "no data set",
                            .where = "--train-data",
                            .value = {},
                            .expected = "a folder with metadata.csv and wavs/ (LJSpeech layout)",
                            .advice = "Make one with ./myxtts make-data --output data/spoken."});
  }
  if (!settings.run.codec.empty()) require_checkpoint("--codec", settings.run.codec);
  core::Console console(a.json);
  for (const std::string& line : machine::configuration_lines(plan)) console.info(line);
  config::EngineRequest request("profile", settings);
  request.set_number("steps", static_cast<double>(a.steps));
  request.set("stage", a.stage);
  if (!a.comparison.empty()) request.set("compare", a.comparison);
  request.set_flag("json", a.json);
  become_engine(request, plan);
}

}  // namespace

Command profile_command() {
  return {"profile", "where the time of training goes, and what limits it", [](CLI::App& app) -> std::function<int()> {
            auto a = std::make_shared<ProfileArguments>();
            a->settings = std::make_unique<SettingArguments>(app, setting_flags());
            declare(app, *a);
            return [a]() -> int { return profile(*a); };
          }};
}

}  // namespace myxtts::front
