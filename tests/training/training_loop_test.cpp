#include "training/training_loop.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <limits>
#include <map>
#include <thread>

#include "core/error.hpp"
#include "core/stopwatch.hpp"

namespace myxtts::training {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Notes what it is told; a step's loss is its number.
class FakeLearner final : public contracts::Learner {
 public:
  void accumulate(const contracts::DeviceBatch& batch) override {
    const device::MeasuredPart part(spans, "forward", batch.batch.header.sequence, device::Stream::kModel);
    seen.push_back(batch.batch.header.sequence);
  }
  contracts::PendingStep update(std::int64_t step) override {
    const device::MeasuredPart part(spans, "optimiser", static_cast<std::uint64_t>(step), device::Stream::kModel);
    ++updates;
    const float refused = step > first_refused && step <= first_refused + refused_steps ? 1.0F : 0.0F;
    return {torch::tensor({static_cast<float>(step), 0.5F, refused}), {"loss", "grad_norm", "found_inf"}, 1e-3};
  }
  core::Losses evaluate(const contracts::DeviceBatch&) override { return {}; }
  core::Losses combine(const core::Losses& sums) const override { return sums; }
  void save(contracts::TrainState&) const override {}
  void load(const contracts::TrainState&) override {}

  std::vector<std::uint64_t> seen;
  std::int64_t updates = 0;
  std::int64_t first_refused = std::numeric_limits<std::int64_t>::max() / 2;  // refuses the steps behind this one
  std::int64_t refused_steps = 0;
  device::SpanRecorder* spans = nullptr;
};

// A source with `batches` micro-batches, `micro_steps` of them a step.
class FakeSource final : public contracts::BatchSource {
 public:
  explicit FakeSource(std::uint64_t batches, std::int64_t micro_steps = 1)
      : batches_(batches), micro_steps_(micro_steps) {}

  std::optional<contracts::DeviceBatch> next() override {
    if (sequence_ == batches_) return std::nullopt;
    if (const auto sleep = sleeps_ms.find(sequence_); sleep != sleeps_ms.end()) {
      const core::Stopwatch watch;
      std::this_thread::sleep_for(std::chrono::milliseconds(sleep->second));
      slept_ms[sequence_] = watch.milliseconds();
    }
    {
      const device::MeasuredPart whole(spans, "prepare", sequence_, device::Stream::kData);
      const device::MeasuredPart part(spans, "mel", sequence_, device::Stream::kData);
    }
    { const device::MeasuredPart part(spans, "transfer", sequence_, device::Stream::kTransfer); }
    contracts::DeviceBatch next{{}, contracts::SlotLease([this] { ++released; })};
    contracts::BatchHeader& header = next.batch.header;
    header.sequence = sequence_++;
    header.epoch = static_cast<std::int64_t>(header.sequence) / 4;
    header.micro_steps = micro_steps_;
    header.micro_step = static_cast<std::int64_t>(header.sequence) % micro_steps_;
    header.audio_seconds = 1.5;
    header.positions = 100;
    header.real_positions = 80;
    return next;
  }
  std::int64_t buffered() const override { return static_cast<std::int64_t>(batches_ - sequence_); }

  std::map<std::uint64_t, int> sleeps_ms;    // before a sequence
  std::map<std::uint64_t, double> slept_ms;  // how long that took
  int released = 0;
  device::SpanRecorder* spans = nullptr;

 private:
  std::uint64_t batches_;
  std::int64_t micro_steps_;
  std::uint64_t sequence_ = 0;
};

struct Saved {
  contracts::StageProgress progress;
  bool is_best = false;
};

class TrainingLoopTest : public ::testing::Test, public core::TrainingObserver {
 protected:
  void on_spans(std::span<const core::Span> spans) override { seen_.insert(seen_.end(), spans.begin(), spans.end()); }
  void on_step(const core::StepReport& report) override {
    reports_.push_back(report);
    updates_at_report_.push_back(learner_.updates);
  }
  void on_validation(const core::ValidationReport& report) override { validations_.push_back(report); }
  void on_end(const core::RunReport&) override { ++ends_; }

  core::RunReport run(contracts::BatchSource& source, const LoopOptions& options) {
    LoopServices services;
    services.save = [this](const contracts::StageProgress& now, bool is_best) { saved_.push_back({now, is_best}); };
    services.stop_requested = [this] { return stop_after_ > 0 && learner_.updates >= stop_after_; };
    if (!losses_.empty()) {
      services.validate = [this] { return core::Losses{{"loss", losses_.at(validations_.size())}}; };
    }
    services.observers = {this};
    services.spans = &spans_;
    return TrainingLoop(learner_, source, options, std::move(services)).run(progress_);
  }

  core::RunReport run(contracts::BatchSource& source, std::int64_t last_step) {
    LoopOptions options;
    options.stage = "voice";
    options.last_step = last_step;
    return run(source, options);
  }

  [[nodiscard]] std::vector<std::int64_t> saved_steps() const {
    std::vector<std::int64_t> steps;
    for (const Saved& saved : saved_) steps.push_back(saved.progress.step);
    return steps;
  }

  [[nodiscard]] std::vector<std::int64_t> validated_steps() const {
    std::vector<std::int64_t> steps;
    for (const core::ValidationReport& report : validations_) steps.push_back(report.step);
    return steps;
  }

  static LoopOptions options(std::int64_t last_step, std::int64_t checkpoints, std::int64_t validations,
                             std::int64_t patience = 0) {
    return {.stage = "voice",
            .last_step = last_step,
            .checkpoint_interval = checkpoints,
            .validation_interval = validations,
            .patience = patience};
  }

  // Of what the observer was told: a part's time over batches (or steps) `first` to `last`. Units: ms.
  [[nodiscard]] double told_ms(std::string_view part, std::uint64_t first, std::uint64_t last) const {
    double sum = 0;
    for (const core::Span& span : seen_) {
      if (span.part == part && first <= span.sequence && span.sequence <= last) sum += 1e3 * span.seconds();
    }
    return sum;
  }

  std::unique_ptr<device::DeviceRuntime> runtime_ = device::make_cpu_runtime({});
  device::SpanRecorder spans_{*runtime_};
  FakeLearner learner_;
  contracts::StageProgress progress_ = [] {
    contracts::StageProgress start;
    start.stage = "voice";
    start.planned_steps = 10;
    return start;
  }();
  std::int64_t stop_after_ = 0;  // updates; 0: no one asks
  std::vector<double> losses_;   // of the validations
  std::vector<core::Span> seen_;
  std::vector<core::StepReport> reports_;
  std::vector<std::int64_t> updates_at_report_;
  std::vector<core::ValidationReport> validations_;
  std::vector<Saved> saved_;
  int ends_ = 0;
};

TEST_F(TrainingLoopTest, ReportsComeInOrderTwoStepsLate) {
  FakeSource source(10);
  const core::RunReport result = run(source, 10);
  ASSERT_EQ(reports_.size(), 10U);
  for (std::size_t i = 0; i < reports_.size(); ++i) {
    const auto step = static_cast<std::int64_t>(i) + 1;
    EXPECT_EQ(reports_[i].step, step);
    EXPECT_EQ(reports_[i].losses.at("loss"), static_cast<double>(step));
    EXPECT_EQ(updates_at_report_[i], std::min<std::int64_t>(step + 2, 10));  // the host never waits for a new step
  }
  EXPECT_EQ(result.steps, 10);
  EXPECT_FALSE(result.stopped);
  EXPECT_EQ(ends_, 1);
}

TEST_F(TrainingLoopTest, AReportAddsUpItsMicroBatches) {
  FakeSource source(8, 4);
  const core::RunReport result = run(source, 2);
  ASSERT_EQ(reports_.size(), 2U);
  const core::StepReport& report = reports_[1];
  EXPECT_EQ(report.stage, "voice");
  EXPECT_EQ(report.epoch, 1);
  EXPECT_EQ(report.audio_seconds, 6.0);
  EXPECT_NEAR(report.padding, 0.2, 1e-12);
  EXPECT_EQ(report.buffered, 4);
  EXPECT_EQ(report.grad_norm, 0.5);
  EXPECT_EQ(report.learning_rate, 1e-3);
  EXPECT_EQ(report.losses.size(), 1U);
  EXPECT_EQ(result.audio_seconds, 12.0);
}

TEST_F(TrainingLoopTest, AReportHasTheTimesOfItsOwnBatches) {
  learner_.spans = &spans_;
  FakeSource source(12, 4);
  source.spans = &spans_;
  source.sleeps_ms = {{2, 3}, {5, 10}};
  run(source, 3);
  const core::StepReport& report = reports_.at(1);  // batches 4 to 7
  EXPECT_GE(report.stall_ms, 10);
  EXPECT_GT(report.produce_ms, 0);
  EXPECT_DOUBLE_EQ(report.stall_ms, told_ms("wait", 4, 7));
  EXPECT_DOUBLE_EQ(report.produce_ms, told_ms("prepare", 4, 7));
  EXPECT_DOUBLE_EQ(report.transfer_ms, told_ms("transfer", 4, 7));
  EXPECT_NEAR(report.step_ms, told_ms("forward", 4, 7) + told_ms("optimiser", 2, 2), 1e-9);
}

TEST_F(TrainingLoopTest, TheRunsPartsAreAllThatWasMeasured) {
  learner_.spans = &spans_;
  FakeSource source(12, 4);
  source.spans = &spans_;
  const core::RunReport result = run(source, 3);
  EXPECT_EQ(result.parts.at("optimiser").count, 3);
  EXPECT_EQ(result.parts.at("save").count, 1);
  EXPECT_EQ(result.parts.count("mel"), 0U);  // "prepare" has it
  for (const char* part : {"prepare", "transfer", "wait", "forward"}) {
    EXPECT_EQ(result.parts.at(part).count, 12) << part;
    EXPECT_NEAR(1e3 * result.parts.at(part).seconds, told_ms(part, 0, 11), 1e-6) << part;
  }
  EXPECT_GT(told_ms("mel", 0, 11), 0);
}

TEST_F(TrainingLoopTest, ConsumedBatchesCountMicroBatches) {
  FakeSource source(12, 3);
  run(source, 4);
  EXPECT_EQ(progress_.consumed_batches, 12U);
  EXPECT_EQ(progress_.step, 4);
  EXPECT_EQ(progress_.run_steps, 4);
  EXPECT_EQ(learner_.seen.size(), 12U);
  EXPECT_EQ(source.released, 12);
}

TEST_F(TrainingLoopTest, AStepThatNeverCameAboutConsumesNothing) {
  FakeSource source(7, 3);  // two steps and a third of one
  const core::RunReport result = run(source, 4);
  EXPECT_EQ(learner_.updates, 2);
  EXPECT_EQ(progress_.consumed_batches, 6U);
  EXPECT_TRUE(result.stopped);
}

TEST_F(TrainingLoopTest, AStallIsMeasured) {
  FakeSource source(4);
  source.sleeps_ms = {{2, 50}};
  const core::RunReport result = run(source, 4);
  const double slept_ms = source.slept_ms.at(2);
  EXPECT_NEAR(reports_[2].stall_ms, slept_ms, 0.2 * slept_ms);
  EXPECT_GE(reports_[2].stall_ms, 50);
  EXPECT_LT(reports_[2].step_ms, slept_ms);
  EXPECT_LT(reports_[1].stall_ms, 0.2 * slept_ms);
  EXPECT_NEAR(result.stall_seconds, 1e-3 * slept_ms, 0.2e-3 * slept_ms);
  EXPECT_NEAR(result.parts.at("wait").seconds, 1e-3 * slept_ms, 0.2e-3 * slept_ms);
}

TEST_F(TrainingLoopTest, TheFirstBatchIsWarmUpAndNoStall) {
  FakeSource source(3);
  source.sleeps_ms = {{0, 50}};
  const core::RunReport result = run(source, 3);
  EXPECT_GE(reports_[0].stall_ms, 50);
  EXPECT_LT(result.stall_seconds, 0.02);
}

TEST_F(TrainingLoopTest, ALimitEndsTheRunBeforeThePlan) {
  FakeSource source(10);
  const core::RunReport result = run(source, 4);
  EXPECT_EQ(progress_.step, 4);
  EXPECT_TRUE(result.stopped);
  EXPECT_THAT(saved_steps(), ElementsAre(4));
}

TEST_F(TrainingLoopTest, GoesOnFromItsProgress) {
  progress_.step = 6;
  progress_.run_steps = 100;
  progress_.consumed_batches = 6;
  FakeSource source(4);
  const core::RunReport result = run(source, 10);
  EXPECT_EQ(reports_.front().step, 7);
  EXPECT_EQ(progress_.run_steps, 104);
  EXPECT_EQ(progress_.consumed_batches, 10U);
  EXPECT_EQ(result.steps, 4);
}

TEST_F(TrainingLoopTest, AStageThatIsDoneDoesNothing) {
  progress_.step = 10;
  FakeSource source(4);
  EXPECT_FALSE(run(source, 10).stopped);
  EXPECT_THAT(learner_.seen, IsEmpty());
  EXPECT_THAT(saved_, IsEmpty());
}

TEST_F(TrainingLoopTest, AStopRequestSavesAndEnds) {
  stop_after_ = 3;
  FakeSource source(10);
  const core::RunReport result = run(source, 10);
  EXPECT_TRUE(result.stopped);
  EXPECT_EQ(learner_.updates, 3);
  ASSERT_THAT(saved_steps(), ElementsAre(3));
  EXPECT_EQ(saved_[0].progress.consumed_batches, 3U);
  EXPECT_EQ(reports_.size(), 3U);
}

TEST_F(TrainingLoopTest, AnEarlyEndOfTheSourceSavesAndEnds) {
  FakeSource source(5);
  const core::RunReport result = run(source, 10);
  EXPECT_TRUE(result.stopped);
  EXPECT_EQ(result.steps, 5);
  EXPECT_THAT(saved_steps(), ElementsAre(5));
}

TEST_F(TrainingLoopTest, SavesAtItsIntervalAndOnceAtTheEnd) {
  FakeSource source(10);
  run(source, options(10, 5, 0));
  EXPECT_THAT(saved_steps(), ElementsAre(5, 10));
  saved_.clear();
  progress_.step = 0;
  FakeSource again(10);
  run(again, options(10, 4, 0));
  EXPECT_THAT(saved_steps(), ElementsAre(4, 8, 10));
}

TEST_F(TrainingLoopTest, ValidatesAtItsIntervalAndAtThePlannedEnd) {
  losses_ = {3, 2, 1, 0};
  FakeSource source(10);
  run(source, options(10, 0, 4));
  EXPECT_THAT(validated_steps(), ElementsAre(4, 8, 10));
}

// Or else a resumed run would choose its best checkpoint, and lose its patience, by other validations.
TEST_F(TrainingLoopTest, ALimitAddsNoValidation) {
  losses_ = {3, 2, 1, 0};
  FakeSource source(10);
  run(source, options(6, 0, 4));
  EXPECT_THAT(validated_steps(), ElementsAre(4));
}

TEST_F(TrainingLoopTest, TheLowestValidationLossIsTheBest) {
  losses_ = {3, 2, 2.5, 1, 1};
  FakeSource source(10);
  run(source, options(10, 0, 2));
  std::vector<bool> best;
  for (const core::ValidationReport& report : validations_) best.push_back(report.is_best);
  EXPECT_THAT(best, ElementsAre(true, true, false, true, false));
  EXPECT_EQ(progress_.best_loss, 1);
  EXPECT_EQ(progress_.best_step, 8);
  EXPECT_EQ(progress_.validations_without_gain, 1);
  EXPECT_THAT(saved_steps(), ElementsAre(2, 4, 8, 10));
  EXPECT_TRUE(saved_[2].is_best);
  EXPECT_FALSE(saved_[3].is_best);
  EXPECT_EQ(saved_[2].progress.best_step, 8);
}

TEST_F(TrainingLoopTest, LostPatienceEndsTheStageWithoutAStop) {
  losses_ = {1, 2, 3, 4, 5};
  FakeSource source(10);
  const core::RunReport result = run(source, options(10, 0, 2, 2));
  EXPECT_EQ(progress_.step, 6);
  EXPECT_FALSE(result.stopped);
  EXPECT_THAT(saved_steps(), ElementsAre(2, 6));
}

TEST_F(TrainingLoopTest, RefusedUpdatesInARowAreDivergence) {
  learner_.first_refused = 3;
  learner_.refused_steps = 1000;
  progress_.planned_steps = 100;
  FakeSource source(100);
  try {
    run(source, options(100, 30, 0));
    FAIL() << "it went on";
  } catch (const core::DivergenceError& error) {
    EXPECT_EQ(error.exit_code(), 4);
    EXPECT_THAT(error.what(), ::testing::HasSubstr("step 28"));  // 3 good ones and 25 refused ones
  }
  EXPECT_TRUE(reports_.back().skipped);
  EXPECT_THAT(saved_, IsEmpty());  // step 30 never came
}

TEST_F(TrainingLoopTest, AGoodUpdateForgivesTheRefusedOnesBeforeIt) {
  learner_.first_refused = 3;
  learner_.refused_steps = 24;
  progress_.planned_steps = 40;
  FakeSource source(40);
  EXPECT_NO_THROW(run(source, 40));
  EXPECT_EQ(progress_.skipped_updates, 0);
}

TEST_F(TrainingLoopTest, RefusedUpdatesAreCountedAcrossAStop) {
  learner_.first_refused = 0;
  learner_.refused_steps = 1000;
  progress_.planned_steps = 100;
  FakeSource source(100);
  run(source, 20);
  EXPECT_EQ(saved_.back().progress.skipped_updates, 20);
  EXPECT_THROW(run(source, 30), core::DivergenceError);
  EXPECT_EQ(reports_.back().step, 25);
}

}  // namespace
}  // namespace myxtts::training
