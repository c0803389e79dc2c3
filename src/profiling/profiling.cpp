#include "profiling/profiling.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "device/out_of_memory.hpp"
#include "training/training_loop.hpp"

namespace myxtts::profiling {
namespace {

using contracts::DeviceBatch;
using device::Role;
using device::Stream;

constexpr std::int64_t kWarmupSteps = 5;

// Returns batches from the model device's memory, as if each had just arrived through the lane.
class Replay final : public contracts::BatchSource {
 public:
  explicit Replay(const std::vector<contracts::Batch>& batches) : batches_(batches) {}
  std::optional<DeviceBatch> next() override {
    if (next_ == batches_.size()) return std::nullopt;
    DeviceBatch batch;
    batch.batch = batches_[next_++];
    return batch;
  }
  std::int64_t buffered() const override { return static_cast<std::int64_t>(batches_.size() - next_); }

 private:
  const std::vector<contracts::Batch>& batches_;
  std::size_t next_ = 0;
};

// Makes each batch when it is requested, in the model role and on its stream, after the previous step is done, so that
// no work overlaps.
class SequentialBatches final : public contracts::BatchSource {
 public:
  SequentialBatches(const ProfiledStage& stage, preparation::Preparation& preparation)
      : stage_(stage), preparation_(preparation), lane_(stage.runtime, {}, &stage.spans) {}

  std::optional<DeviceBatch> next() override {
    stage_.runtime.wait_on_host(stage_.runtime.record(Stream::kModel));
    const std::uint64_t sequence = next_++;
    const contracts::Batch batch = prepare(sequence, decode(sequence));
    return lane_.accept(lane_.send(batch, stage_.runtime.record(Stream::kModel)));
  }
  std::int64_t buffered() const override { return 0; }

 private:
  preparation::RawBatch decode(std::uint64_t sequence) {
    const device::MeasuredPart part(&stage_.spans, "decode", sequence);
    return preparation_.decode(stage_.plan(sequence));
  }

  contracts::Batch prepare(std::uint64_t sequence, preparation::RawBatch raw) {
    const device::MeasuredPart part(&stage_.spans, "prepare", sequence, Stream::kModel);
    return preparation_.prepare(std::move(raw));
  }

  const ProfiledStage& stage_;
  preparation::Preparation& preparation_;
  transfer::TransferLane lane_;
  std::uint64_t next_ = 0;
};

// Records training's reports and the GPU shares of the steps after the warm-up.
class StepCollector final : public core::TrainingObserver {
 public:
  explicit StepCollector(const ProfiledStage& stage) : take_gpu_shares_(stage.take_gpu_shares) {}

  void on_spans(std::span<const core::Span> spans) override { seen.insert(seen.end(), spans.begin(), spans.end()); }
  void on_step(const core::StepReport& report) override {
    if (report.step == kWarmupSteps && take_gpu_shares_) (void)take_gpu_shares_();
    if (report.step <= kWarmupSteps) return;
    audio_seconds += report.audio_seconds;
    padding += report.padding;
  }
  void on_end(const core::RunReport&) override {
    if (take_gpu_shares_) gpus = take_gpu_shares_();
  }

  std::vector<core::Span> seen;
  double audio_seconds = 0;
  double padding = 0;  // summed up over steps
  std::vector<report::GpuShare> gpus;

 private:
  const std::function<std::vector<report::GpuShare>()>& take_gpu_shares_;
};

// Measures processor use from the request for the first batch after the warm-up.
class WatchedSource final : public contracts::BatchSource {
 public:
  WatchedSource(contracts::BatchSource& source, std::int64_t micro_steps)
      : source_(source), left_to_warm_up_(kWarmupSteps * micro_steps) {}

  std::optional<DeviceBatch> next() override {
    if (left_to_warm_up_-- == 0) processor_ = {};
    return source_.next();
  }
  std::int64_t buffered() const override { return source_.buffered(); }
  [[nodiscard]] core::BusyCores busy_cores() const { return processor_.busy_cores(); }

 private:
  contracts::BatchSource& source_;
  std::int64_t left_to_warm_up_;
  core::ProcessorWatch processor_;
};

// Measurements of one training of a new learner on a source.
struct Trial {
  explicit Trial(const ProfiledStage& stage) : collected(stage) {}

  report::MeasuredSteps steps;
  StepCollector collected;
};

std::int64_t steps_of_trial(const ProfilingOptions& options) { return kWarmupSteps + options.steps; }

// Makes the learner of the next trial after all work of the previous trial is done and its spans are removed. It must
// exist before its source, because the source would otherwise prefetch batches while the learner is made, and these
// would hide a stall.
std::unique_ptr<contracts::Learner> learner_of_trial(const ProfiledStage& stage) {
  for (const Stream stream : {Stream::kData, Stream::kTransfer, Stream::kModel}) {
    stage.runtime.wait_on_host(stage.runtime.record(stream));
  }
  (void)stage.spans.take_finished();
  return stage.new_learner();
}

Trial train(const ProfiledStage& stage, contracts::Learner& learner, contracts::BatchSource& source,
            const ProfilingOptions& options) {
  Trial trial(stage);
  training::LoopOptions loop;
  loop.last_step = steps_of_trial(options);
  training::LoopServices services;
  services.observers = {&trial.collected};
  services.spans = &stage.spans;
  contracts::StageProgress progress;
  progress.planned_steps = loop.last_step;
  WatchedSource watched(source, stage.micro_steps);
  (void)training::TrainingLoop(stage.runtime, learner, watched, loop, services).run(progress);
  trial.steps = report::steps_of(trial.collected.seen, kWarmupSteps, options.steps, stage.micro_steps);
  trial.steps.busy = watched.busy_cores();
  return trial;
}

transfer::TransferLane lane_of(const ProfiledStage& stage) {
  return transfer::TransferLane(stage.runtime, {.slots = 2, .verify = stage.verify_transfer}, &stage.spans);
}

// Options for a steady state: after the warm-up the buffer is full if the data role is faster, and empty if it is
// slower. A large buffer would still fill or drain during the measured steps.
pipeline::PipelineOptions pipeline_options(const ProfiledStage& stage, std::uint64_t end_sequence) {
  pipeline::PipelineOptions options = stage.pipeline;
  options.buffer = std::min(options.buffer, kWarmupSteps);
  options.start_delay_seconds = 0;
  options.first_sequence = 0;
  options.end_sequence = end_sequence;
  return options;
}

Trial train_in_sequence(const ProfiledStage& stage, preparation::Preparation& preparation,
                        const ProfilingOptions& options) {
  const auto learner = learner_of_trial(stage);
  SequentialBatches source(stage, preparation);
  return train(stage, *learner, source, options);
}

// The plan has no end, so that the data role works until the last step.
Trial train_in_pipeline(const ProfiledStage& stage, preparation::Preparation& preparation, pipeline::PlanBatch plan,
                        const ProfilingOptions& options) {
  const auto learner = learner_of_trial(stage);
  transfer::TransferLane lane = lane_of(stage);
  pipeline::Pipeline source(stage.runtime, std::move(plan), preparation, lane,
                            pipeline_options(stage, std::numeric_limits<std::uint32_t>::max()), stage.spans);
  return train(stage, *learner, source, options);
}

Trial train_from_memory(const ProfiledStage& stage, const std::vector<contracts::Batch>& batches,
                        const ProfilingOptions& options) {
  const auto learner = learner_of_trial(stage);
  Replay source(batches);
  return train(stage, *learner, source, options);
}

// Repeats the first `count` batches without end, as later epochs do.
pipeline::PlanBatch repeated(const pipeline::PlanBatch& plan, std::uint64_t count) {
  return [&plan, count](std::uint64_t sequence) {
    planning::BatchPlan again = plan(sequence % count);
    again.sequence = sequence;
    return again;
  };
}

// Copies of the first batches, in the model role's memory.
std::vector<contracts::Batch> record(const ProfiledStage& stage, preparation::Preparation& preparation,
                                     std::int64_t count) {
  transfer::TransferLane lane = lane_of(stage);
  pipeline::Pipeline source(stage.runtime, stage.plan, preparation, lane,
                            pipeline_options(stage, static_cast<std::uint64_t>(count)), stage.spans);
  std::vector<contracts::Batch> batches;
  while (auto moved = source.next()) {
    batches.push_back(moved->batch);
    contracts::for_each_tensor(batches.back(), [](torch::Tensor& tensor) {
      if (tensor.defined()) tensor = tensor.clone();
    });
    moved->lease.release();
  }
  return batches;
}

// The spans of the trial's measured steps.
core::Activity activity_of(const Trial& trial) { return core::activity_of(trial.collected.seen, trial.steps.range); }

report::Profile measure(const ProfiledStage& stage, const ProfilingOptions& options) {
  report::Profile profile;
  profile.workers = stage.pipeline.workers;
  std::vector<report::MeasuredSteps> pipeline;
  std::vector<report::MeasuredSteps> later;
  std::vector<report::MeasuredSteps> replay;
  const auto cached = stage.new_preparation(Epoch::kLater);
  const auto batches = record(stage, *cached, steps_of_trial(options) * stage.micro_steps);
  for (std::int64_t round = 0; round < options.rounds; ++round) {
    const auto fresh = stage.new_preparation(Epoch::kFirst);
    const Trial trial = options.way == Way::kSequence ? train_in_sequence(stage, *fresh, options)
                                                      : train_in_pipeline(stage, *fresh, stage.plan, options);
    pipeline.push_back(trial.steps);
    profile.activity.add(activity_of(trial));
    profile.audio_seconds = trial.collected.audio_seconds;
    profile.padding = trial.collected.padding / static_cast<double>(options.steps);
    profile.gpus = trial.collected.gpus;
    if (options.later_epochs) {
      later.push_back(train_in_pipeline(stage, *cached, repeated(stage.plan, batches.size()), options).steps);
    }
    replay.push_back(train_from_memory(stage, batches, options).steps);
    profile.round_slowdowns.push_back(report::time_ratio(pipeline.back(), replay.back()));
  }
  profile.pipeline = report::median_of(pipeline);
  profile.replay = report::median_of(replay);
  if (options.later_epochs) profile.cached = report::median_of(later);
  return profile;
}

}  // namespace

report::Profile profile_stage(const ProfiledStage& stage, const ProfilingOptions& options) {
  const auto session = stage.runtime.enter(Role::kModel);
  return device::translate_out_of_memory(Role::kModel, stage.runtime, [&] { return measure(stage, options); });
}

}  // namespace myxtts::profiling
