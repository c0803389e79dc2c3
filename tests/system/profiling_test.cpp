// Delays planted in the parts of a stage must be found: in their size, and as what limits it.

#include "system/profiling.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <set>
#include <string>
#include <thread>

#include "stages/codec.hpp"
#include "stages/voice.hpp"
#include "system/fake_preparation.hpp"
#include "system/tiny_run.hpp"
#include "system/wiring.hpp"

namespace myxtts::system {
namespace {

using namespace std::chrono_literals;
using device::MeasuredPart;
using device::Role;
using device::Stream;
using std::chrono::milliseconds;

constexpr int kTries = 3;  // a busy machine may disturb one

// Each of the parts that are no sum of others takes `cost`, and one of them `delay` more.
class PlantedRecorder final : public device::SpanRecorder {
 public:
  PlantedRecorder(device::DeviceRuntime& runtime, milliseconds cost, std::string planted, milliseconds delay)
      : SpanRecorder(runtime), cost_(cost), planted_(std::move(planted)), delay_(delay) {}

 protected:
  void on_begin(std::string_view part) override {
    if (part == "wait" || part == "prepare") return;
    test::pause(part == planted_ ? cost_ + delay_ : cost_);
  }

 private:
  milliseconds cost_;
  std::string planted_;
  milliseconds delay_;
};

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
  test::FakePreparation batches_;
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

PipelineOptions one_worker() {
  PipelineOptions options;
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
          test::plan_of,
          [&] { return std::make_unique<EmptyLearner>(spans); },
          one_worker(),
          1,
          {}};
}

// Of parts that take `cost` each, and one of them `delay` more.
report::Profile profile_of_fixed_costs(milliseconds cost, const std::string& planted, milliseconds delay,
                                       const ProfilingOptions& options) {
  const auto runtime = device::make_cpu_runtime({});
  PlantedRecorder spans(*runtime, cost, planted, delay);
  return profile_stage(empty_stage(*runtime, spans), options);
}

double median_ms(const report::Profile& profile, const std::string& part) {
  std::vector<double> times = profile.pipeline.part_ms.at(part);
  std::ranges::sort(times);
  return times[times.size() / 2];
}

struct Plant {
  std::string part;
  std::string limit;
};

class PlantedDelay : public ::testing::TestWithParam<Plant> {};

TEST_P(PlantedDelay, IsFoundInItsSizeAndAsTheLimit) {
  double found_ms = 0;
  report::Verdict verdict;
  for (int i = 0; i < kTries; ++i) {
    const double before_ms = median_ms(profile_of_fixed_costs(2ms, "", 0ms, turns(12)), GetParam().part);
    const report::Profile profile = profile_of_fixed_costs(2ms, GetParam().part, 20ms, turns(12));
    found_ms = median_ms(profile, GetParam().part) - before_ms;
    verdict = report::verdict_of(profile);
    if (std::abs(found_ms - 20) <= 2 && verdict.limit == GetParam().limit) break;
  }
  EXPECT_NEAR(found_ms, 20, 2);
  EXPECT_EQ(verdict.limit, GetParam().limit);
  EXPECT_EQ(verdict.part, GetParam().part);
}

INSTANTIATE_TEST_SUITE_P(Profiling, PlantedDelay,
                         ::testing::Values(Plant{"decode", "decode"}, Plant{"mel", "data role"},
                                           Plant{"codes", "data role"}, Plant{"transfer", "transfer"},
                                           Plant{"forward", "compute"}, Plant{"optimiser", "compute"}),
                         [](const auto& plant) { return plant.param.part; });

TEST(Profiling, APartAfterTheOtherTakesTheSumOfAll) {
  ProfilingOptions options = turns(5);
  options.way = Way::kSequence;
  const report::Profile found = profile_of_fixed_costs(3ms, "", 0ms, options);
  for (const double step_ms : found.pipeline.step_ms) EXPECT_GE(step_ms, 9 * 3);
  EXPECT_LT(std::ranges::min(found.replay.step_ms), 9 * 3);
}

// Like in the midst of training: a data role that fills a deep buffer would be at work in every step.
TEST(Profiling, AFastDataRoleIsMeasuredAtTheModelsPace) {
  const auto runtime = device::make_cpu_runtime({});
  PlantedRecorder spans(*runtime, 2ms, "forward", 20ms);
  ProfiledStage stage = empty_stage(*runtime, spans);
  stage.pipeline.buffer = 50;
  const core::Activity activity = profile_stage(stage, turns(12)).activity;
  EXPECT_LT(activity.data, 0.6 * activity.wall);  // 8 of 26 ms
}

TEST(Profiling, LaterEpochsNeedNoBatchThatWasNotCached) {
  const auto runtime = device::make_cpu_runtime({});
  PlantedRecorder spans(*runtime, 0ms, "forward", 5ms);  // others run ahead
  ProfiledStage stage = empty_stage(*runtime, spans);
  stage.plan = [](std::uint64_t sequence) {
    planning::BatchPlan plan = test::plan_of(sequence);
    plan.clips = {static_cast<std::uint32_t>(sequence)};
    return plan;
  };
  std::set<std::uint32_t> of_the_cached;
  std::uint64_t last_of_the_cached = 0;
  stage.new_preparation = [&](Epoch epoch) -> std::unique_ptr<preparation::Preparation> {
    if (epoch == Epoch::kFirst) return std::make_unique<EmptyPreparation>(spans);
    return std::make_unique<EmptyPreparation>(spans, [&](const planning::BatchPlan& plan) {
      of_the_cached.insert(plan.clips.front());
      last_of_the_cached = std::max(last_of_the_cached, plan.sequence);
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
    settings_ = test::tiny_settings(test::write_data_set(folder_.path() / "data"));
    settings_.validation.max_clips = 0;
    data_ = load_training_data(settings_, "", console_);
    run_ = std::make_unique<stages::RunData>(
        stages::RunData{settings_, data_, stages::gather_statistics(settings_, data_, *runtime_)});
    const auto session = runtime_->enter(Role::kModel);
    stages::codec_stage().make_learner(*run_, *runtime_, nullptr)->save(codec_);
  }

  report::Profile profile(const std::string& planted, milliseconds delay) {
    PlantedRecorder spans(*runtime_, 0ms, planted, delay);
    const stages::StageData data = stages::voice_stage().make_data(*run_, codec_, *runtime_, &spans);
    const ProfiledStage stage{
        *runtime_,
        spans,
        [&](Epoch) { return std::move(stages::voice_stage().make_data(*run_, codec_, *runtime_, &spans).training); },
        [&](std::uint64_t sequence) { return data.schedule->at(sequence); },
        [&] { return stages::voice_stage().make_learner(*run_, *runtime_, &spans); },
        one_worker(),
        1,
        {}};
    return profile_stage(stage, turns(3));
  }

  support::TemporaryFolder folder_;
  core::Console console_{true};
  std::unique_ptr<device::DeviceRuntime> runtime_ = device::make_runtime({});
  config::Settings settings_;
  TrainingData data_;
  std::unique_ptr<stages::RunData> run_;
  contracts::TrainState codec_;
};

TEST_F(RealParts, APlantedDelayIsFoundInItsSize) {
  for (const char* part : {"mel", "forward"}) {
    double found_ms = 0;
    for (int i = 0; i < kTries; ++i) {
      const double before_ms = median_ms(profile("", 0ms), part);
      found_ms = median_ms(profile(part, 200ms), part) - before_ms;
      if (std::abs(found_ms - 200) <= 20) break;
    }
    EXPECT_NEAR(found_ms, 200, 20) << part;
  }
}

TEST_F(RealParts, EveryPartIsMeasuredInEveryStep) {
  const report::Profile found = profile("", 0ms);
  for (const char* part : {"decode", "resample", "mel", "codes", "pack", "prepare", "transfer", "wait", "forward",
                           "backward", "optimiser"}) {
    ASSERT_EQ(found.pipeline.part_ms.count(part), 1U) << part;
    for (const double ms : found.pipeline.part_ms.at(part)) EXPECT_GT(ms, 0) << part;
  }
  EXPECT_GT(found.audio_seconds, 0);
  EXPECT_GT(found.activity.model, 0);
}

}  // namespace
}  // namespace myxtts::system
