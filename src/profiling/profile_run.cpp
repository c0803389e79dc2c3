#include "profiling/profile_run.hpp"

#include <fmt/format.h>

#include <optional>

#include "config/presets.hpp"
#include "dataset/batches_file.hpp"
#include "device/planned_devices.hpp"
#include "device/role_thread.hpp"
#include "machine/gpu_inventory.hpp"
#include "profiling/profiling.hpp"
#include "profiling/real_stage.hpp"
#include "run/device_decisions.hpp"
#include "run/gpu_sampler.hpp"
#include "run/memory_report.hpp"
#include "speech/speech.hpp"
#include "stages/all_stages.hpp"

namespace myxtts::profiling {
namespace {

using device::Role;

// The driver's figures for the plan's GPUs since the last call, the model GPU first; empty if the utilisation of the
// model GPU is not known.
std::vector<report::GpuShare> gpu_shares(const machine::DevicePlan& plan, run::GpuSampler& sampler) {
  const run::GpuSampler::Both seen = sampler.take();
  std::vector<report::GpuShare> shares;
  const auto add = [&](const char* name, const machine::PlannedGpu& gpu, const run::GpuSamples& samples) {
    if (samples.utilisation.count() == 0) return;
    shares.push_back({fmt::format("{} GPU {}", name, gpu.physical_index), 100 * samples.utilisation.mean()});
  };
  add("Model", plan.model_gpu, seen.model);
  if (!shares.empty()) add("Data", plan.data_gpu, seen.data);
  return shares;
}

// The devices of a comparison: one device for both roles, or the plan's devices without caps.
std::unique_ptr<device::DeviceRuntime> compared_runtime(const config::Settings& settings, machine::DevicePlan plan,
                                                        requests::Comparison comparison) {
  plan.data_cap_mb = 0;
  plan.model_cap_mb = 0;
  if (comparison == requests::Comparison::kPlain) return device::runtime_of(settings, plan);
  device::RuntimeOptions options;
  options.data_device = torch::Device(plan.model_device());
  options.model_device = options.data_device;
  options.data_threads = static_cast<int>(settings.run.threads);
  options.model_threads = static_cast<int>(settings.run.threads);
  return device::make_runtime(options);
}

std::vector<planning::PlannedBatch> given_batches(const requests::ProfileRequest& request,
                                                  const dataset::Dataset& clips) {
  if (!request.batches) return {};
  return dataset::read_batches(core::local_file_system(), *request.batches, clips);
}

config::Settings profiled_settings(const requests::ProfileRequest& request) {
  config::Settings settings = request.settings;
  settings.validation.max_clips = 0;
  settings.codec.codebook_step = 1;  // the codebook is made during the warm-up, because most training steps have one
  return settings;
}

}  // namespace

void profile(const requests::ProfileRequest& request, core::Console& console) {
  config::Settings settings = profiled_settings(request);
  const machine::DevicePlan& plan = request.device_plan;
  auto runtime = device::runtime_of(settings, plan);
  run::decide_precision(settings.run, *runtime, console);
  const stages::TrainingData clips = stages::load_training_data(settings, "", console);
  if (request.fits_micro_batch) run::fit_micro_batch(settings, run::shape_of(clips), plan, console);
  stages::plan_steps(stages::all_plans(), settings, stages::epoch_size(stages::speaking_stage(), settings, clips));
  std::optional<contracts::TrainState> codec;
  if (!settings.run.codec.empty()) codec = speech::load_checkpoint(settings.run.codec);
  const stages::RunData run{settings, clips,
                            stages::statistics_for(codec ? &*codec : nullptr, settings, clips, *runtime)};
  const stages::Stage& stage = stages::stage_named(stages::all_stages(), request.stage);
  ProfilingOptions options;
  options.steps = request.steps;
  options.later_epochs = stage.keeps_prepared_data(settings);
  options.rounds = request.rounds;
  const std::vector<planning::PlannedBatch> batches = given_batches(request, clips.train);
  console.info(
      fmt::format("Profiling the {} stage: {} steps, {} rounds ...", stage.name(), options.steps, options.rounds));

  report::Profile found;
  {
    RealStage real(stage, run, codec, batches, std::move(runtime));
    const auto inventory = plan.uses_gpu() ? machine::nvml_inventory() : nullptr;
    std::optional<run::GpuSampler> sampler;
    if (inventory) sampler.emplace(*inventory, plan.data_gpu.physical_index, plan.model_gpu.physical_index);
    ProfiledStage parts = real.parts();
    if (sampler) parts.take_gpu_shares = [&] { return gpu_shares(plan, *sampler); };
    found = profile_stage(parts, options);
  }
  found.stage = stage.name();
  if (request.comparison) {
    found.comparison = name_of(*request.comparison);
    const bool plain = request.comparison == requests::Comparison::kPlain;
    console.info(fmt::format("The same batches, {} ...", found.comparison));
    if (plain && !plan.isolated) {
      console.info("Nothing sets them apart: the pipeline has no caps without --enable-memory-isolation.");
    }
    RealStage real(stage, run, codec, batches, compared_runtime(settings, plan, *request.comparison));
    options.way = plain ? Way::kPipeline : Way::kSequence;
    options.later_epochs = false;
    const report::Profile compared = profile_stage(real.parts(options.way), options);
    found.compared = {compared.pipeline, compared.replay};
  }
  if (request.json) {
    fmt::print("{}\n", report::profile_json(found));
    return;
  }
  for (const std::string& line : report::profile_lines(found)) console.info(line);
}

}  // namespace myxtts::profiling
