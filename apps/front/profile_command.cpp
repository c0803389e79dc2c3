// myxtts profile: where the time of training goes, and what limits it.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

#include "config/presets.hpp"
#include "core/console.hpp"
#include "core/error.hpp"
#include "front/commands.hpp"
#include "front/engine_process.hpp"
#include "front/pipeline_arguments.hpp"
#include "front/speech_arguments.hpp"
#include "front/values.hpp"
#include "machine/device_options.hpp"
#include "machine/messages.hpp"
#include "stages/catalogue/catalogue.hpp"

namespace myxtts::front {
namespace {

const std::vector<SettingFlag>& own_flags() {
  static const std::vector<SettingFlag> flags = {
      {"--train-data", "FOLDER", "data.train", "metadata.csv and wavs/", "Data"},
      {"--buffer-size", "BATCHES", "batch.buffer", "kept ready; 5 at most, so that a short run is like a long one",
       "Pipeline"},
  };
  return flags;
}

struct ProfileArguments {
  explicit ProfileArguments(CLI::App& app) : pipeline(app, own_flags()) {}

  PipelineArguments pipeline;
  std::int64_t steps = 50;
  std::int64_t rounds = 3;
  std::string stage{stages::kSpeaking.name};
  std::string batches;
  std::string comparison;
  bool json = false;
};

// `name` must be one of the values of --compare.
requests::Comparison comparison_of(const std::string& name) {
  using enum requests::Comparison;
  return name == name_of(kPlain) ? kPlain : kSequential;
}

void declare(CLI::App& app, ProfileArguments& a) {
  app.add_option("--steps,--num-steps", a.steps, "measured in each way; default 50")
      ->type_name("STEPS")
      ->check(whole_number(2, 100'000))
      ->group("Profile");
  app.add_option("--rounds", a.rounds, "each way is measured so often, in turns; default 3")
      ->type_name("ROUNDS")
      ->check(whole_number(1, 1'000))
      ->group("Profile");
  app.add_option("--stage", a.stage,
                 fmt::format("{} (default)", fmt::join(stages::names_of(stages::all_names()), " or ")))
      ->type_name("STAGE")
      ->check(CLI::IsMember(stages::names_of(stages::all_names())))
      ->group("Profile");
  app.add_option("--batches", a.batches, "what to train on, again and again: a JSON array of arrays of clips' ids")
      ->type_name("FILE")
      ->check(not_empty())
      ->group("Profile");
  app.add_option("--compare", a.comparison,
                 "with the same batches, each part after the other on one device (sequential), or without caps (plain)")
      ->type_name("WAY")
      ->check(CLI::IsMember({name_of(requests::Comparison::kSequential), name_of(requests::Comparison::kPlain)}))
      ->group("Profile");
  app.add_flag("--json", a.json, "one JSON object on stdout")->group("Profile");
}

// Not every stage can train on the batches of --batches.
void check_batches(const ProfileArguments& a) {
  std::string able;
  for (const stages::StageEntry& entry : stages::kCatalogue) {
    if (!entry.takes_given_batches) continue;
    if (a.batches.empty() || entry.name == a.stage) return;
    able += fmt::format("{}--stage {}", able.empty() ? "" : " or ", entry.name);
  }
  throw core::UsageError({.what = "no batches can be given to this stage",
                          .where = "--batches",
                          .value = a.stage,
                          .expected = able,
                          .advice = {}});
}

int profile(const ProfileArguments& a) {
  check_batches(a);
  const machine::DeviceOptions devices = a.pipeline.devices.options();
  machine::check_flags(devices);
  (void)a.pipeline.resolve({});  // reports command-line mistakes before GPUs are accessed
  const machine::DevicePlan plan = machine::resolve(devices, *machine::nvml_inventory());
  config::Settings settings = a.pipeline.resolve(plan);
  a.pipeline.validate(settings);
  config::decide_threads(settings.run);
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
  requests::ProfileRequest request;
  request.settings = settings;
  request.device_plan = plan;
  request.steps = a.steps;
  request.rounds = a.rounds;
  request.stage = a.stage;
  request.fits_micro_batch = a.batches.empty() && a.pipeline.fits_micro_batch(settings, plan);
  if (!a.batches.empty()) request.batches = a.batches;
  if (!a.comparison.empty()) request.comparison = comparison_of(a.comparison);
  request.json = a.json;
  become_engine(request);
}

}  // namespace

Command profile_command() {
  return {"profile", "where the time of training goes, and what limits it", [](CLI::App& app) -> std::function<int()> {
            auto a = std::make_shared<ProfileArguments>(app);
            declare(app, *a);
            return [a]() -> int { return profile(*a); };
          }};
}

}  // namespace myxtts::front
