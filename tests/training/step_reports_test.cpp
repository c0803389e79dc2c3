// What the loop tells of its steps: each in order, with its own figures and times.

#include <gtest/gtest.h>

#include <algorithm>

#include "training/loop_run.hpp"

namespace myxtts::training {
namespace {

using std::chrono_literals::operator""ms;
using test::FakeSource;
using StepReports = test::LoopRun;

constexpr double kRounding = 1e-6;  // ms, of sums of a clock's seconds

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
  delay(source, {{2, 3ms}, {5, 10ms}});
  run(source, 3);
  const core::StepReport& report = reports_.at(1);            // batches 4 to 7
  EXPECT_NEAR(report.stall_ms, 4 * (2 + 1) + 10, kRounding);  // this source makes a batch when it is asked for one
  EXPECT_NEAR(report.produce_ms, 4 * 2, kRounding);
  EXPECT_NEAR(report.transfer_ms, 4 * 1, kRounding);
  EXPECT_NEAR(report.step_ms, 4 * 5 + 4, kRounding);
}

TEST_F(StepReports, TheRunsPartsAreAllThatWasMeasured) {
  learner_.spans = &spans_;
  FakeSource source(12, 4);
  source.spans = &spans_;
  const core::RunReport result = run(source, 3);
  EXPECT_EQ(result.parts.at("save").count, 1);
  EXPECT_EQ(result.parts.at("optimiser").count, 3);
  EXPECT_NEAR(result.parts.at("optimiser").seconds, 3 * 0.004, 1e-3 * kRounding);
  EXPECT_EQ(result.parts.count("mel"), 0U);  // "prepare" has it
  const std::map<std::string, double> seconds = {
      {"prepare", 0.002}, {"transfer", 0.001}, {"wait", 0.003}, {"forward", 0.005}};
  for (const auto& [part, each] : seconds) {
    EXPECT_EQ(result.parts.at(part).count, 12) << part;
    EXPECT_NEAR(result.parts.at(part).seconds, 12 * each, 1e-3 * kRounding) << part;
  }
  EXPECT_NEAR(told_ms("mel", 0, 11), 12 * 2, kRounding);
}

TEST_F(StepReports, AStallIsMeasured) {
  FakeSource source(4);
  learner_.spans = &spans_;
  delay(source, {{2, 50ms}});
  const core::RunReport result = run(source, 4);
  const std::vector<double> stalls_ms = {0, 0, 50, 0};
  for (std::size_t i = 0; i < stalls_ms.size(); ++i) {
    EXPECT_NEAR(reports_[i].stall_ms, stalls_ms[i], kRounding) << i;
    EXPECT_NEAR(reports_[i].step_ms, 5 + 4, kRounding) << i;
  }
  EXPECT_NEAR(result.stall_seconds, 0.05, 1e-3 * kRounding);
  EXPECT_NEAR(result.parts.at("wait").seconds, 0.05, 1e-3 * kRounding);
}

TEST_F(StepReports, TheFirstBatchIsWarmUpAndNoStall) {
  FakeSource source(3);
  delay(source, {{0, 50ms}});
  const core::RunReport result = run(source, 3);
  EXPECT_NEAR(reports_[0].stall_ms, 50, kRounding);
  EXPECT_EQ(result.stall_seconds, 0);
}

}  // namespace
}  // namespace myxtts::training
