#include "profiling/real_stage.hpp"

#include <utility>

#include "device/role_thread.hpp"
#include "stages/all_stages.hpp"

namespace myxtts::profiling {
namespace {

contracts::TrainState frozen_parts(const stages::Stage& stage, const stages::RunData& run,
                                   const std::optional<contracts::TrainState>& given, device::DeviceRuntime& runtime) {
  if (given) return *given;
  contracts::TrainState state;
  device::run_as(runtime, device::Role::kModel,
                 [&] { state = stages::new_frozen_parts(stages::all_stages(), stage, run, runtime); });
  return state;
}

}  // namespace

RealStage::RealStage(const stages::Stage& stage, const stages::RunData& run,
                     const std::optional<contracts::TrainState>& given, std::vector<planning::PlannedBatch> batches,
                     std::unique_ptr<device::DeviceRuntime> runtime)
    : stage_(stage),
      run_(run),
      runtime_(std::move(runtime)),
      spans_(*runtime_),
      frozen_(frozen_parts(stage, run, given, *runtime_)),
      schedule_(batches.empty() ? stage.make_schedule(run.settings, run.clips)
                                : stage.make_schedule(run, std::move(batches))) {}

ProfiledStage RealStage::parts(Way way) {
  pipeline::PipelineOptions pipeline;
  pipeline.workers = run_.settings.data.workers;
  pipeline.buffer = run_.settings.batch.buffer;
  return {*runtime_,
          spans_,
          [this, way](Epoch epoch) { return new_preparation(epoch, way); },
          [this](std::uint64_t sequence) { return schedule_->at(sequence); },
          [this] { return stage_.make_learner(run_, *runtime_, &spans_); },
          pipeline,
          schedule_->at(0).micro_steps,
          {},
          run_.settings.transfer.verify};
}

std::unique_ptr<preparation::Preparation> RealStage::new_preparation(Epoch epoch, Way way) {
  config::Settings settings = run_.settings;
  if (epoch == Epoch::kFirst) settings.data.cache_mb = 0;
  const stages::RunData run{settings, run_.clips, run_.statistics};
  device::SpanRecorder* const spans = way == Way::kPipeline ? &spans_ : nullptr;
  return std::move(stage_.make_data(run, frozen_, *runtime_, spans).training);
}

}  // namespace myxtts::profiling
