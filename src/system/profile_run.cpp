#include "system/profile_run.hpp"

#include <fmt/format.h>

#include <optional>

#include "config/presets.hpp"
#include "dataset/batches_file.hpp"
#include "machine/gpu_inventory.hpp"
#include "system/devices.hpp"
#include "system/gpu_sampler.hpp"
#include "system/profiling.hpp"
#include "system/role_thread.hpp"
#include "system/speech.hpp"
#include "system/wiring.hpp"

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

// Costs do not depend on what the weights are: where no codec is given, a new one makes the codes.
contracts::TrainState new_codec(const RunData& run, device::DeviceRuntime& runtime) {
  contracts::TrainState state;
  run_as(runtime, Role::kModel, [&] { new_codec_learner(run, runtime)->save(state); });
  return state;
}

// A stage of a run that is never written, on the devices of a runtime.
class RealStage {
 public:
  // `batches`: what the voice stage trains on; none: what it plans itself.
  RealStage(const RunData& run, const std::optional<contracts::TrainState>& codec, const std::string& stage,
            std::vector<planning::PlannedBatch> batches, std::unique_ptr<device::DeviceRuntime> runtime)
      : run_(run),
        is_voice_(stage == "voice"),
        runtime_(std::move(runtime)),
        spans_(*runtime_),
        state_(codec || !is_voice_ ? codec.value_or(contracts::TrainState{}) : new_codec(run, *runtime_)),
        schedule_(batches.empty() ? std::move(data(Epoch::kLater).schedule) : voice_schedule(run, std::move(batches))) {
  }

  [[nodiscard]] ProfiledStage parts() {
    PipelineOptions pipeline;
    pipeline.workers = run_.settings.data.workers;
    pipeline.buffer = run_.settings.batch.buffer;
    pipeline.verify_transfer = run_.settings.transfer.verify;
    return {*runtime_,
            spans_,
            [this](Epoch epoch) { return std::move(data(epoch).training); },
            [this](std::uint64_t sequence) { return schedule_->at(sequence); },
            [this] { return learner(); },
            pipeline,
            schedule_->at(0).micro_steps,
            {}};
  }

 private:
  [[nodiscard]] StageData data(Epoch epoch) {
    config::Settings settings = run_.settings;
    if (epoch == Epoch::kFirst) settings.data.cache_mb = 0;
    const RunData run{settings, run_.clips, run_.statistics};
    return is_voice_ ? voice_data(run, state_, *runtime_, &spans_) : codec_data(run, *runtime_, &spans_);
  }

  [[nodiscard]] std::unique_ptr<contracts::Learner> learner() {
    if (is_voice_) return new_voice_learner(run_, *runtime_, &spans_);
    return new_codec_learner(run_, *runtime_, &spans_);
  }

  const RunData& run_;
  bool is_voice_;
  std::unique_ptr<device::DeviceRuntime> runtime_;
  device::SpanRecorder spans_;
  contracts::TrainState state_;
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
  config::plan_steps(settings, voice_epoch_size(settings, clips));
  std::optional<contracts::TrainState> codec;
  if (!settings.run.codec.empty()) codec = load_checkpoint(settings.run.codec);
  const RunData run{settings, clips, statistics_for(codec ? &*codec : nullptr, settings, clips, *runtime)};
  const std::string& stage = request.stage;
  ProfilingOptions options;
  options.steps = request.steps;
  options.later_epochs = stage == "voice" && config::code_cache_mb(settings) > 0;
  options.rounds = request.rounds;
  const std::vector<planning::PlannedBatch> batches = given_batches(request, clips.train);
  console.info(fmt::format("Profiling the {} stage: {} steps, {} rounds ...", stage, options.steps, options.rounds));

  report::Profile found;
  {
    RealStage real(run, codec, stage, batches, std::move(runtime));
    const auto inventory = plan.uses_gpu() ? machine::nvml_inventory() : nullptr;
    std::optional<GpuSampler> sampler;
    if (inventory) sampler.emplace(*inventory, plan.data_gpu.physical_index, plan.model_gpu.physical_index);
    ProfiledStage parts = real.parts();
    if (sampler) parts.take_gpu_shares = [&] { return gpu_shares(plan, *sampler); };
    found = profile_stage(parts, options);
  }
  found.stage = stage;
  if (request.comparison) {
    found.comparison = name_of(*request.comparison);
    const bool plain = request.comparison == requests::Comparison::kPlain;
    console.info(fmt::format("The same batches, {} ...", found.comparison));
    if (plain && !plan.isolated) {
      console.info("Nothing sets them apart: the pipeline has no caps without --enable-memory-isolation.");
    }
    RealStage real(run, codec, stage, batches, compared_runtime(settings, plan, *request.comparison));
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
