// What the loop tells of its steps: each in order, with its own figures and times.

#include <gtest/gtest.h>

#include <algorithm>

#include "training/loop_run.hpp"

namespace myxtts::training {
namespace {

using test::FakeSource;
using StepReports = test::LoopRun;

TEST_F(StepReports, ReportsComeInOrderTwoStepsLate) {
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

TEST_F(StepReports, AReportAddsUpItsMicroBatches) {
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

TEST_F(StepReports, AReportHasTheTimesOfItsOwnBatches) {
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

TEST_F(StepReports, TheRunsPartsAreAllThatWasMeasured) {
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

TEST_F(StepReports, AStallIsMeasured) {
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

TEST_F(StepReports, TheFirstBatchIsWarmUpAndNoStall) {
  FakeSource source(3);
  source.sleeps_ms = {{0, 50}};
  const core::RunReport result = run(source, 3);
  EXPECT_GE(reports_[0].stall_ms, 50);
  EXPECT_LT(result.stall_seconds, 0.02);
}

}  // namespace
}  // namespace myxtts::training
