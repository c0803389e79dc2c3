#include "run/training_run.hpp"

#include <fmt/format.h>

#include "config/fields.hpp"
#include "config/presets.hpp"
#include "core/error.hpp"
#include "core/stopwatch.hpp"
#include "device/out_of_memory.hpp"
#include "device/planned_devices.hpp"
#include "device/role_thread.hpp"
#include "run/device_decisions.hpp"
#include "run/memory_report.hpp"
#include "run/wiring.hpp"
#include "sample_data/sentences.hpp"
#include "speech/speech.hpp"
#include "stages/all_stages.hpp"
#include "stages/catalogue/catalogue.hpp"

namespace myxtts::run {
namespace {

void announce(const config::Settings& settings, const config::EpochSize& epoch, core::Console& console) {
  const auto per_batch = [&](double total) { return total / static_cast<double>(epoch.batches); };
  console.info(fmt::format("Batches: {:.1f} clips, {:.0f} text tokens and {:.1f} s of speech each; {} in an epoch.",
                           per_batch(epoch.clips), per_batch(epoch.text_tokens), per_batch(epoch.speech_seconds),
                           epoch.batches));
  std::string steps;
  for (const stages::Stage* stage : stages::all_stages()) {
    steps +=
        fmt::format("{}{} {} steps", steps.empty() ? "" : ", ", stage->name(), stage->plan().planned_steps(settings));
  }
  console.info(fmt::format("Planned: {}; threads: model role {}, data role {}.", steps, settings.run.threads,
                           settings.run.data_threads));
  if (settings.augmentation.changes_anything()) {
    console.info("Augmentation is on: audio codes are made anew in every epoch, not cached.");
  }
}

// Whether the run's last stage makes a voice that can speak.
bool ends_with_voice(const config::Settings& settings) {
  return stages::is_named(settings.run.stages, stages::kSpeaking.name);
}

// A trained voice model must keep the text input that it was trained with.
void require_same_input(const contracts::TrainState& given, const config::Settings& settings, core::Console& console) {
  config::Settings made_with;
  const std::string name = (speech::checkpoint_at(settings.run.init) / "config.toml").string();
  const std::string& document = contracts::document_of(given, "config.toml");
  for (const std::string& line : config::load_kept_toml(made_with, document, name)) console.info(line);
  if (made_with.text.input == settings.text.input) return;
  throw core::ConfigError({.what = "settings that contradict each other",
                           .where = "text.input",
                           .value = settings.text.input,
                           .expected = fmt::format("{}, as the checkpoint of run.init reads", made_with.text.input),
                           .advice = {}});
}

// The checkpoint that a new run starts from: a trained codec, and with run.init also a voice model and its vocabulary.
std::optional<contracts::TrainState> given_state(const config::Settings& settings, core::Console& console) {
  const config::RunSettings& run = settings.run;
  if (run.init.empty() && run.codec.empty()) return std::nullopt;
  contracts::TrainState given = speech::load_checkpoint(run.init.empty() ? run.codec : run.init);
  if (!run.init.empty()) require_same_input(given, settings, console);
  return given;
}

// The vocabulary of the voice model's weights; empty if there are no weights yet.
std::string vocabulary_of(const std::optional<contracts::TrainState>& resumed,
                          const std::optional<contracts::TrainState>& given, const config::RunSettings& run) {
  if (resumed) return contracts::document_of(*resumed, "tokenizer.json");
  return run.init.empty() ? "" : contracts::document_of(*given, "tokenizer.json");
}

// The data recorded in a resumed run's checkpoint; empty if the run is new.
stages::RecordedData recorded_data_of(const std::optional<contracts::TrainState>& resumed) {
  if (!resumed) return {};
  stages::RecordedData recorded;
  recorded.checksum = resumed->data_checksum;
  const auto recordings = resumed->documents.find("recordings.json");
  if (recordings != resumed->documents.end()) {
    recorded.recordings = dataset::KnownRecordings::from_json(recordings->second);
  }
  return recorded;
}

// What all checkpoints of the run have in common: everything but the weights of the stages.
contracts::TrainState base_state(const stages::RunData& run, const torch::Tensor& prompt, const std::string& devices) {
  contracts::TrainState base;
  base.data_checksum = stages::checksum_of(run.clips);
  base.devices = devices;
  base.weights["mel_statistics"] = {{"deviation", run.statistics.standard_deviation}, {"mean", run.statistics.mean}};
  base.weights["default_voice"] = {{"prompt", prompt}};
  base.documents["tokenizer.json"] = run.clips.tokenizer_json;
  base.documents["recordings.json"] = known_recordings(run.settings, run.clips).to_json();
  base.documents["config.toml"] = config::dump_toml(run.settings);
  return base;
}

void speak_unseen(std::int64_t sentences, const config::Settings& settings, const core::Path& folder,
                  device::DeviceRuntime& runtime, core::Console& console) {
  const auto count = static_cast<std::size_t>(sentences);
  const core::Path output = folder / "samples" / "unseen";
  const auto seed = static_cast<std::uint64_t>(settings.run.seed);
  const std::string& language = settings.text.language;
  console.info(fmt::format("Speaking {} sentences that the voice never saw ...", count));
  const auto speak = [&] {
    speech::speak_sentences(folder, sample_data::unseen_slot_sentences(language, count, seed), output, runtime,
                            console);
  };
  device::translate_out_of_memory(device::Role::kModel, runtime, speak, device::Work::kSpeech);
  console.info(fmt::format("Speech: {}", output.string()));
  if (language == "en") console.info(fmt::format("Judge it: scripts/judge {}", output.string()));
}

// Plans the stages by the last stage's epoch, writes config.toml with the planned numbers, and prints them.
void plan_run(config::Settings& settings, const stages::TrainingData& data, RunFiles& files, core::Console& console) {
  const config::EpochSize epoch = stages::epoch_size(stages::speaking_stage(), settings, data);
  stages::plan_steps(stages::all_plans(), settings, epoch);
  files.write_config(settings);
  announce(settings, epoch, console);
}

// A run can be resumed to the bit only on the clips that it was started with.
void require_same_data(const contracts::TrainState& resumed, const stages::TrainingData& data,
                       const config::DataSettings& settings) {
  if (resumed.data_checksum.empty() || resumed.data_checksum == stages::checksum_of(data)) return;
  throw core::DataError({.what = "the data set is not the one that the run was made with",
                         .where = fmt::format("{}", fmt::join(settings.train, ", ")),
                         .value = {},
                         .expected = "the same clips: ids, speakers, texts and lengths",
                         .advice = "Bring them back, or start another run with another --output."});
}

// Another GPU model may round differently.
void announce_other_devices(const std::string& before, const std::string& now, core::Console& console) {
  if (before.empty() || now.empty() || before == now) return;
  console.info(
      fmt::format("Resuming on {} instead of {}: the last bits may differ from an unbroken run.", now, before));
}

void announce_route(const device::DeviceRuntime& runtime, const config::TransferSettings& settings,
                    core::Console& console) {
  if (!runtime.device(device::Role::kModel).is_cuda()) return;
  console.info(fmt::format("Transfer route: '{}'{}.", device::name_of(runtime.route()),
                           settings.verify ? ", each batch verified" : ""));
}

void announce_end(const RunFiles& files, bool stopped, double seconds, core::Console& console) {
  if (stopped && !files.has_checkpoint()) {
    console.info("Stopped before the first step: there is nothing to save yet.");
    return;
  }
  console.info(fmt::format("{} after {:.1f} minutes. Checkpoint: {}", stopped ? "Stopped, saved," : "Done",
                           seconds / 60, (files.folder() / "checkpoints" / "last").string()));
}

void announce_broken(const stages::TrainingData& data, core::Console& console) {
  const std::size_t count = data.broken->count();
  if (count == 0) return;
  console.info(fmt::format("{} broke during the run and taught nothing from then on: see the warnings in log.txt.",
                           count == 1 ? "1 clip" : fmt::format("{} clips", count)));
}

void announce_out_of_memory(const RunFiles& files, core::Console& console) {
  console.error(files.has_checkpoint()
                    ? fmt::format("Training ends: a role is out of memory. The last checkpoint is safe: {}. Go on from "
                                  "it with --resume.",
                                  (files.folder() / "checkpoints" / "last").string())
                    : "Training ends: a role is out of memory before the first checkpoint.");
}

bool train_in(RunFiles& files, const requests::TrainRequest& request, device::DeviceRuntime& runtime,
              core::Console& console, std::function<bool()> stop_requested) {
  config::Settings settings = request.settings;
  const core::Stopwatch watch;
  console.info(fmt::format("Run folder: {}", files.folder().string()));
  decide_precision(settings.run, runtime, console);
  RunStates states{.resumed = files.resume_state(), .given = {}};
  const std::optional<contracts::TrainState>& resumed = states.resumed;
  const std::optional<contracts::TrainState>& given = states.given;
  if (!resumed && request.start == RunStart::kResume) {
    console.info("--resume: the run has no good checkpoint yet, starting it anew.");
  }
  if (!resumed) states.given = given_state(settings, console);
  const stages::TrainingData data = stages::load_training_data(settings, vocabulary_of(resumed, given, settings.run),
                                                               console, recorded_data_of(resumed));
  const machine::DevicePlan& plan = request.device_plan;
  const std::string devices = device::device_models(plan, runtime.device(device::Role::kModel));
  if (resumed) {
    require_same_data(*resumed, data, settings.data);
    announce_other_devices(resumed->devices, devices, console);
  }
  const stages::DataShape shape = shape_of(data);
  if (request.fits_micro_batch) fit_micro_batch(settings, shape, plan, console);
  plan_run(settings, data, files, console);
  announce_route(runtime, settings.transfer, console);

  print_forecast(settings, shape, plan, console);
  const contracts::TrainState* trained = resumed ? &*resumed : given ? &*given : nullptr;
  const stages::RunData data_of_run{settings, data, stages::statistics_for(trained, settings, data, runtime)};
  const torch::Tensor prompt = resumed ? contracts::tensor_of(*resumed, "default_voice", "prompt")
                                       : stages::default_prompt(data_of_run, runtime);
  const std::int64_t max_run_steps = request.max_steps.value_or(0);
  const auto inventory = machine::nvml_inventory();
  RunContext run{data_of_run,    runtime,       console, files, base_state(data_of_run, prompt, devices),
                 stop_requested, max_run_steps, plan};
  DriverComparison driver(*inventory);
  run.inventory = inventory.get();
  run.driver = &driver;
  const bool stopped = train_stages(stages::all_stages(), run, states);
  print_memory_used(settings, shape, plan, runtime, console);
  announce_broken(data, console);
  announce_end(files, stopped, watch.seconds(), console);
  const bool speaks = request.spoken_sentences && ends_with_voice(settings);
  if (!stopped && speaks && !(stop_requested && stop_requested())) {
    speak_unseen(*request.spoken_sentences, request.settings, files.folder(), runtime, console);
  }
  return stopped;
}

// Also writes the error that ends the run to its log.
bool in_run_folder(const requests::TrainRequest& request, core::Console& console,
                   const std::function<bool(RunFiles&)>& train) {
  RunFiles files(core::local_file_system(), request.output, request.start, console);
  for (const std::string& line : request.log_lines) files.note(line);
  try {
    return train(files);
  } catch (const core::OutOfMemoryError& error) {
    announce_out_of_memory(files, console);
    files.note_failure(error.what());
    throw;
  } catch (const c10::Error& error) {
    files.note_failure(error.what_without_backtrace());
    throw;
  } catch (const std::exception& error) {
    files.note_failure(error.what());
    throw;
  }
}

}  // namespace

bool run_training(const requests::TrainRequest& request, core::Console& console, std::function<bool()> stop_requested) {
  return in_run_folder(request, console, [&](RunFiles& files) {
    const auto runtime = device::runtime_of(request.settings, request.device_plan);
    return train_in(files, request, *runtime, console, stop_requested);
  });
}

bool run_training(const requests::TrainRequest& request, device::DeviceRuntime& runtime, core::Console& console,
                  std::function<bool()> stop_requested) {
  return in_run_folder(request, console,
                       [&](RunFiles& files) { return train_in(files, request, runtime, console, stop_requested); });
}

}  // namespace myxtts::run
