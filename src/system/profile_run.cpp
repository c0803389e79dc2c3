#include "system/profile_run.hpp"

#include <fmt/format.h>

#include <optional>

#include "config/presets.hpp"
#include "dataset/batches_file.hpp"
#include "device/role_thread.hpp"
#include "machine/gpu_inventory.hpp"
#include "stages/all_stages.hpp"
#include "system/devices.hpp"
#include "system/gpu_sampler.hpp"
#include "system/profiling.hpp"
#include "system/speech.hpp"

namespace myxtts::system {
namespace {

using device::Role;

// What the driver says of the plan's GPUs since the last call, the model GPU first; nothing where it does not say how
// busy that one is.
std::vector<report::GpuShare> gpu_shares(const machine::DevicePlan& plan, GpuSampler& sampler) {
  const GpuSampler::Both seen = sampler.take();
  std::vector<report::GpuShare> shares;
  const auto add = [&](const char* name, const machine::PlannedGpu& gpu, const GpuSamples& samples) {
    if (samples.utilisation.count() == 0) return;
    shares.push_back({fmt::format("{} GPU {}", name, gpu.physical_index), 100 * samples.utilisation.mean()});
  };
  add("Model", plan.model_gpu, seen.model);
  if (!shares.empty()) add("Data", plan.data_gpu, seen.data);
  return shares;
}

contracts::TrainState frozen_parts(const stages::Stage& stage, const stages::RunData& run,
                                   const std::optional<contracts::TrainState>& given, device::DeviceRuntime& runtime) {
  if (given) return *given;
  contracts::TrainState state;
  device::run_as(runtime, Role::kModel,
                 [&] { state = stages::new_frozen_parts(stages::all_stages(), stage, run, runtime); });
  return state;
}

// A stage of a run that is never written, on the devices of a runtime.
class RealStage {
 public:
  // `batches`: what the stage trains on; empty: what it plans itself.
  RealStage(const stages::Stage& stage, const stages::RunData& run, const std::optional<contracts::TrainState>& given,
            std::vector<planning::PlannedBatch> batches, std::unique_ptr<device::DeviceRuntime> runtime)
      : stage_(stage),
        run_(run),
        runtime_(std::move(runtime)),
        spans_(*runtime_),
        frozen_(frozen_parts(stage, run, given, *runtime_)),
        schedule_(batches.empty() ? stage.make_schedule(run.settings, run.clips)
                                  : stage.make_schedule(run, std::move(batches))) {}

  [[nodiscard]] ProfiledStage parts() {
    PipelineOptions pipeline;
    pipeline.workers = run_.settings.data.workers;
    pipeline.buffer = run_.settings.batch.buffer;
    return {*runtime_,
            spans_,
            [this](Epoch epoch) { return new_preparation(epoch); },
            [this](std::uint64_t sequence) { return schedule_->at(sequence); },
            [this] { return stage_.make_learner(run_, *runtime_, &spans_); },
            pipeline,
            schedule_->at(0).micro_steps,
            {},
            run_.settings.transfer.verify};
  }

 private:
  [[nodiscard]] std::unique_ptr<preparation::Preparation> new_preparation(Epoch epoch) {
    config::Settings settings = run_.settings;
    if (epoch == Epoch::kFirst) settings.data.cache_mb = 0;
    const stages::RunData run{settings, run_.clips, run_.statistics};
    return std::move(stage_.make_data(run, frozen_, *runtime_, &spans_).training);
  }

  const stages::Stage& stage_;
  const stages::RunData& run_;
  std::unique_ptr<device::DeviceRuntime> runtime_;
  device::SpanRecorder spans_;
  contracts::TrainState frozen_;
  std::unique_ptr<planning::StageSchedule> schedule_;
};

// The devices of a comparison: one for both roles, or the plan's without caps.
std::unique_ptr<device::DeviceRuntime> compared_runtime(const config::Settings& settings, machine::DevicePlan plan,
                                                        requests::Comparison comparison) {
  plan.data_cap_mb = 0;
  plan.model_cap_mb = 0;
  if (comparison == requests::Comparison::kPlain) return runtime_of(settings, plan);
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
  settings.codec.codebook_step = 1;  // the first codes come within the warm-up, as most steps have them
  return settings;
}

}  // namespace

void profile(const requests::ProfileRequest& request, core::Console& console) {
  config::Settings settings = profiled_settings(request);
  set_arithmetic(settings.run);
  const machine::DevicePlan& plan = request.device_plan;
  auto runtime = runtime_of(settings, plan);
  const TrainingData clips = load_training_data(settings, "", console);
  config::plan_steps(settings, stages::epoch_size(*stages::all_stages().back(), settings, clips));
  std::optional<contracts::TrainState> codec;
  if (!settings.run.codec.empty()) codec = load_checkpoint(settings.run.codec);
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
    std::optional<GpuSampler> sampler;
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
    const report::Profile compared = profile_stage(real.parts(), options);
    found.compared = {compared.pipeline, compared.replay};
  }
  if (request.json) {
    fmt::print("{}\n", report::profile_json(found));
    return;
  }
  for (const std::string& line : report::profile_lines(found)) console.info(line);
}

}  // namespace myxtts::system
