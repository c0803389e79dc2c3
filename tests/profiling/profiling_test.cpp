// Delays planted in the parts of a stage must be found: in their size, and as what limits it.

#include "profiling/profiling.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <set>
#include <string>

#include "device/manual_clock.hpp"
#include "pipeline/fake_preparation.hpp"
#include "profiling/real_stage.hpp"
#include "run/tiny_run.hpp"
#include "run/wiring.hpp"
#include "stages/codec.hpp"
#include "stages/voice.hpp"
#include "support/await.hpp"

namespace myxtts::profiling {
namespace {

using namespace std::chrono_literals;
using device::MeasuredPart;
using device::PlantedRecorder;
using device::Role;
using device::Stream;
using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::DoubleNear;
using ::testing::Each;
using ::testing::SizeIs;

constexpr double kRounding = 1e-6;  // ms, of sums of a clock's seconds

// As PlantedRecorder, in real time: for what shows only where the roles work side by side.
class SleepingRecorder final : public device::SpanRecorder {
 public:
  SleepingRecorder(device::DeviceRuntime& runtime, PlantedRecorder::Costs costs)
      : SpanRecorder(runtime), costs_(std::move(costs)) {}

 protected:
  void on_begin(std::string_view part) override {
    if (const auto cost = costs_.find(part); cost != costs_.end()) pipeline::test::pause(cost->second);
  }

 private:
  PlantedRecorder::Costs costs_;
};

// Each of the parts that are no sum of others takes `cost`, and one of them `delay` more.
PlantedRecorder::Costs costs_of(milliseconds cost, const std::string& planted = "", milliseconds delay = 0ms) {
  PlantedRecorder::Costs costs;
  for (const char* part :
       {"decode", "resample", "mel", "codes", "pack", "transfer", "forward", "backward", "optimiser"}) {
    costs[part] = part == planted ? cost + delay : cost;
  }
  return costs;
}

using NotePlan = std::function<void(const planning::BatchPlan&)>;

// Its parts do nothing themselves.
class EmptyPreparation final : public preparation::Preparation {
 public:
  explicit EmptyPreparation(
      device::SpanRecorder& spans, NotePlan note = [](const planning::BatchPlan&) {})
      : spans_(spans), note_(std::move(note)) {}
  [[nodiscard]] preparation::RawBatch decode(const planning::BatchPlan& plan) const override {
    note_(plan);
    return batches_.decode(plan);
  }
  [[nodiscard]] contracts::Batch prepare(preparation::RawBatch raw) override {
    for (const std::string_view name : core::kPreparationParts) {
      const MeasuredPart part(&spans_, name, raw.plan.sequence, Stream::kData);
    }
    return batches_.prepare(std::move(raw));
  }
  [[nodiscard]] std::vector<torch::Tensor> kept_tensors() const override { return {}; }

 private:
  device::SpanRecorder& spans_;
  NotePlan note_;
  pipeline::test::FakePreparation batches_;
};

class EmptyLearner final : public contracts::Learner {
 public:
  explicit EmptyLearner(device::SpanRecorder& spans) : spans_(spans) {}
  void accumulate(const contracts::DeviceBatch& batch) override {
    for (const char* name : {"forward", "backward"}) {
      const MeasuredPart part(&spans_, name, batch.batch.header.sequence, Stream::kModel);
    }
  }
  contracts::PendingStep update(std::int64_t step) override {
    const MeasuredPart part(&spans_, "optimiser", static_cast<std::uint64_t>(step), Stream::kModel);
    return {torch::zeros({2}), {"grad_norm", "found_inf"}, 0};
  }
  core::Losses evaluate(const contracts::DeviceBatch&) override { return {}; }
  core::Losses combine(const core::Losses&) const override { return {}; }
  void save(contracts::TrainState&) const override {}
  void load(const contracts::TrainState&) override {}
  void load_weights(const contracts::TrainState&) override {}
  std::vector<torch::Tensor> trained_parameters() const override { return {}; }

 private:
  device::SpanRecorder& spans_;
};

pipeline::PipelineOptions one_worker() {
  pipeline::PipelineOptions options;
  options.workers = 1;
  options.buffer = 4;
  return options;
}

ProfilingOptions turns(std::int64_t steps) {
  ProfilingOptions options;
  options.steps = steps;
  options.rounds = 1;
  return options;
}

ProfiledStage empty_stage(device::DeviceRuntime& runtime, device::SpanRecorder& spans) {
  return {runtime,
          spans,
          [&](Epoch) { return std::make_unique<EmptyPreparation>(spans); },
          pipeline::test::plan_of,
          [&] { return std::make_unique<EmptyLearner>(spans); },
          one_worker(),
          1,
          {}};
}

// Of a stage whose parts move the clock.
report::Profile profile_of(const PlantedRecorder::Costs& costs, const ProfilingOptions& options) {
  const auto cpu = device::make_cpu_runtime({});
  device::ManualClock clock;
  device::ManualClockRuntime runtime(*cpu, clock);
  PlantedRecorder spans(runtime, clock, costs);
  return profile_stage(empty_stage(runtime, spans), options);
}

struct Plant {
  std::string part;
  std::string limit;
};

class PlantedDelay : public ::testing::TestWithParam<Plant> {};

// No other part moves the clock: what the roles' threads do at the same time changes no figure.
TEST_P(PlantedDelay, IsFoundInItsSize) {
  const std::string& part = GetParam().part;
  const report::Profile profile = profile_of({{part, 20ms}}, turns(12));
  EXPECT_THAT(profile.pipeline.part_ms.at(part), AllOf(SizeIs(12), Each(DoubleNear(20, kRounding))));
  EXPECT_THAT(profile_of({}, turns(12)).pipeline.part_ms.at(part), Each(0));
}

class PlantedDelayTiming : public PlantedDelay {};

TEST_P(PlantedDelayTiming, IsFoundAsTheLimit) {
  const auto runtime = device::make_cpu_runtime({});
  SleepingRecorder spans(*runtime, costs_of(2ms, GetParam().part, 40ms));
  const report::Verdict verdict = report::verdict_of(profile_stage(empty_stage(*runtime, spans), turns(6)));
  EXPECT_EQ(verdict.limit, GetParam().limit);
  EXPECT_EQ(verdict.part, GetParam().part);
}

const auto kPlants =
    ::testing::Values(Plant{"decode", "decode"}, Plant{"mel", "data role"}, Plant{"codes", "data role"},
                      Plant{"transfer", "transfer"}, Plant{"forward", "compute"}, Plant{"optimiser", "compute"});

std::string name_of(const ::testing::TestParamInfo<Plant>& plant) { return plant.param.part; }

INSTANTIATE_TEST_SUITE_P(Profiling, PlantedDelay, kPlants, name_of);
INSTANTIATE_TEST_SUITE_P(Profiling, PlantedDelayTiming, kPlants, name_of);

TEST(Profiling, APartAfterTheOtherTakesTheSumOfAll) {
  ProfilingOptions options = turns(5);
  options.way = Way::kSequence;
  const report::Profile found = profile_of(costs_of(3ms), options);
  EXPECT_THAT(found.pipeline.step_ms, AllOf(SizeIs(5), Each(DoubleNear(9 * 3, kRounding))));
  EXPECT_THAT(found.replay.step_ms, AllOf(SizeIs(5), Each(DoubleNear(3 * 3, kRounding))));
}

// Calls a function whenever a part begins.
class CallingRecorder final : public device::SpanRecorder {
 public:
  CallingRecorder(device::DeviceRuntime& runtime, std::string part, std::function<void()> call)
      : SpanRecorder(runtime), part_(std::move(part)), call_(std::move(call)) {}

 protected:
  void on_begin(std::string_view part) override {
    if (part == part_) call_();
  }

 private:
  std::string part_;
  std::function<void()> call_;
};

// Like in the midst of training: a data role that fills a deep buffer would be at work in every step.
TEST(Profiling, AFastDataRoleIsNeverFarAhead) {
  constexpr std::uint64_t kSteps = 8;  // of the pipeline's turn
  constexpr std::uint64_t kFarAhead = kSteps + 25;
  const auto runtime = device::make_cpu_runtime({});
  std::atomic<std::uint64_t> planned = 0;
  std::uint64_t steps = 0;
  std::uint64_t planned_at_the_end = 0;
  CallingRecorder spans(*runtime, "forward", [&] {
    if (++steps != kSteps) return;
    for (int i = 0; i < 100 && planned < kFarAhead; ++i) pipeline::test::pause(1ms);
    planned_at_the_end = planned;
  });
  ProfiledStage stage = empty_stage(*runtime, spans);
  stage.pipeline.buffer = 50;
  stage.new_preparation = [&](Epoch) {
    planned = 0;
    return std::make_unique<EmptyPreparation>(spans, [&](const planning::BatchPlan&) { ++planned; });
  };
  (void)profile_stage(stage, turns(3));
  EXPECT_GE(planned_at_the_end, kSteps);
  EXPECT_LT(planned_at_the_end, kFarAhead);
}

TEST(Profiling, LaterEpochsNeedNoBatchThatWasNotCached) {
  const auto runtime = device::make_cpu_runtime({});
  std::set<std::uint32_t> of_the_cached;
  std::atomic<std::uint64_t> last_of_the_cached = 0;
  int steps = 0;
  CallingRecorder spans(*runtime, "forward", [&] {
    if (++steps < 2 * 8) return;  // in the last step of later epochs, the other threads run ahead
    support::await([&] { return last_of_the_cached > 8; });
  });
  ProfiledStage stage = empty_stage(*runtime, spans);
  stage.plan = [](std::uint64_t sequence) {
    planning::BatchPlan plan = pipeline::test::plan_of(sequence);
    plan.clips = {static_cast<std::uint32_t>(sequence)};
    return plan;
  };
  stage.new_preparation = [&](Epoch epoch) -> std::unique_ptr<preparation::Preparation> {
    if (epoch == Epoch::kFirst) return std::make_unique<EmptyPreparation>(spans);
    return std::make_unique<EmptyPreparation>(spans, [&](const planning::BatchPlan& plan) {
      of_the_cached.insert(plan.clips.front());
      last_of_the_cached = std::max(last_of_the_cached.load(), plan.sequence);
    });
  };
  ProfilingOptions options = turns(3);
  options.later_epochs = true;
  EXPECT_TRUE(profile_stage(stage, options).cached.has_value());
  EXPECT_GT(last_of_the_cached, 8U);  // five steps to warm up, three that count, and what was made ahead
  EXPECT_EQ(of_the_cached.size(), 8U);
}

// What a GPU does while batches are recorded, learners are made and steps warm up is none of the pipeline's doing.
TEST(Profiling, GpusAreWatchedInTheMeasuredStepsOfThePipelineAlone) {
  const auto runtime = device::make_cpu_runtime({});
  device::SpanRecorder spans(*runtime);
  ProfiledStage stage = empty_stage(*runtime, spans);
  int taken = 0;
  stage.take_gpu_shares = [&] { return std::vector<report::GpuShare>{{"Model GPU 0", static_cast<double>(++taken)}}; };
  const report::Profile found = profile_stage(stage, turns(3));
  ASSERT_EQ(found.gpus.size(), 1U);
  EXPECT_EQ(found.gpus.front().percent, 2);  // the second call's: from the warm-up's end to the turn's
}

// The voice stage of a tiny run, as `profile` makes it.
class RealParts : public ::testing::Test {
 protected:
  RealParts() {
    settings_ = run::test::tiny_settings(run::test::write_data_set(folder_.path() / "data"));
    settings_.validation.max_clips = 0;
    data_ = stages::load_training_data(settings_, "", console_);
    run_ = std::make_unique<stages::RunData>(
        stages::RunData{settings_, data_, stages::gather_statistics(settings_, data_, *runtime_)});
    const auto session = runtime_->enter(Role::kModel);
    stages::codec_stage().make_learner(*run_, *runtime_, nullptr)->save(codec_);
  }

  report::Profile profile(device::DeviceRuntime& runtime, device::SpanRecorder& spans) {
    const stages::Stage& voice = stages::voice_stage();
    const stages::StageData data = voice.make_data(*run_, codec_, runtime, &spans);
    const ProfiledStage stage{
        runtime,
        spans,
        [&](Epoch) { return std::move(voice.make_data(*run_, codec_, runtime, &spans).training); },
        [&](std::uint64_t sequence) { return data.schedule->at(sequence); },
        [&] { return voice.make_learner(*run_, runtime, &spans); },
        one_worker(),
        1,
        {}};
    return profile_stage(stage, turns(3));
  }

  support::TemporaryFolder folder_;
  core::Console console_{true};
  std::unique_ptr<device::DeviceRuntime> runtime_ = device::make_runtime({});
  config::Settings settings_;
  stages::TrainingData data_;
  std::unique_ptr<stages::RunData> run_;
  contracts::TrainState codec_;
};

TEST_F(RealParts, APlantedDelayIsFoundInItsSize) {
  for (const char* part : {"mel", "forward"}) {
    device::ManualClock clock;
    device::ManualClockRuntime runtime(*runtime_, clock);
    PlantedRecorder spans(runtime, clock, {{part, 200ms}});
    EXPECT_THAT(profile(runtime, spans).pipeline.part_ms.at(part), AllOf(SizeIs(3), Each(DoubleNear(200, kRounding))));
  }
}

TEST_F(RealParts, EveryPartIsMeasuredInEveryStep) {
  device::SpanRecorder spans(*runtime_);
  const report::Profile found = profile(*runtime_, spans);
  for (const char* part : {"decode", "resample", "mel", "codes", "pack", "prepare", "transfer", "wait", "forward",
                           "backward", "optimiser"}) {
    ASSERT_EQ(found.pipeline.part_ms.count(part), 1U) << part;
    for (const double ms : found.pipeline.part_ms.at(part)) EXPECT_GT(ms, 0) << part;
  }
  EXPECT_GT(found.audio_seconds, 0);
  EXPECT_GT(found.activity.model, 0);
}

TEST_F(RealParts, ASequenceMeasuresItsPreparationAsOnePart) {
  RealStage real(stages::voice_stage(), *run_, codec_, {}, device::make_runtime({}));
  ProfilingOptions options = turns(3);
  options.way = Way::kSequence;
  const auto parts = profile_stage(real.parts(Way::kSequence), options).pipeline.part_ms;
  for (const char* part : {"decode", "prepare", "transfer", "forward"}) EXPECT_EQ(parts.count(part), 1U) << part;
  for (const char* part : {"resample", "mel", "codes", "pack"}) EXPECT_EQ(parts.count(part), 0U) << part;
}

}  // namespace
}  // namespace myxtts::profiling
