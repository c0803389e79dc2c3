#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/progress_printer.hpp"
#include "report/progress_text.hpp"
#include "report/run_lock.hpp"
#include "report/run_log.hpp"
#include "support/fake_file_system.hpp"

namespace myxtts::report {
namespace {

using ::testing::HasSubstr;

core::StepReport step_report(std::int64_t step) {
  core::StepReport report;
  report.stage = "voice";
  report.step = step;
  report.losses = {{"loss", 3.25}, {"text_loss", 5}};
  report.step_ms = 180;
  report.stall_ms = 20;
  report.audio_seconds = 5;
  report.padding = 0.5;
  return report;
}

TEST(ProgressRate, CountsTheLastStepsOnly) {
  ProgressRate rate;
  EXPECT_EQ(rate.audio_seconds_per_second(), 0);
  EXPECT_EQ(rate.stall_share(), 0);
  EXPECT_EQ(rate.seconds_for(10), 0);
  core::StepReport slow = step_report(1);
  slow.step_ms = 1e6;
  rate.add(slow);
  for (std::size_t i = 0; i < ProgressRate::kWindow; ++i) rate.add(step_report(2));
  EXPECT_NEAR(rate.audio_seconds_per_second(), 25, 1e-9);
  EXPECT_NEAR(rate.stall_share(), 0.1, 1e-9);
  EXPECT_NEAR(rate.seconds_for(100), 20, 1e-9);
}

TEST(ProgressText, LineSaysStepLossSpeedStallAndTimeLeft) {
  ProgressRate rate;
  rate.add(step_report(250));
  EXPECT_EQ(progress_line(step_report(250), rate, 1000),
            "voice 250/1000  loss 3.2500  25.0 audio-s/s  stall 10.0 %  ETA 2 min 30 s");
  EXPECT_THAT(progress_bar(step_report(250), rate, 1000), HasSubstr("[=====>              ] voice 250/1000"));
  EXPECT_THAT(progress_bar(step_report(1000), rate, 1000), HasSubstr("[====================] voice"));
}

TEST(ProgressText, Durations) {
  EXPECT_EQ(duration_text(12.4), "12 s");
  EXPECT_EQ(duration_text(200), "3 min 20 s");
  EXPECT_EQ(duration_text(7500), "2 h 05 min");
}

TEST(ProgressText, TotalsShowPartsInTheOrderOfTheWork) {
  core::RunReport report;
  report.stage = "codec";
  report.steps = 100;
  report.wall_seconds = 10;
  report.stall_seconds = 0.1;
  report.audio_seconds = 200;
  report.parts = {{"backward", {5, 100}}, {"decode", {1, 100}}, {"another", {2, 1}}, {"save", {0.5, 1}}};
  using ::testing::ElementsAre;
  EXPECT_THAT(totals_table(report, 0.25),
              ElementsAre("codec: 100 steps in 10 s",                       //
                          "  part           seconds    share   ms a step",  //
                          "  decode             1.0   10.0 %       10.00",  //
                          "  backward           5.0   50.0 %       50.00",  //
                          "  save               0.5    5.0 %        5.00",  //
                          "  another            2.0   20.0 %       20.00",  //
                          "  stall after warm-up 1.00 %, 20.0 audio seconds a second, padding 25.0 %"));
}

TEST(ProgressPrinter, WithoutATerminalALineNowAndThenAndNoBar) {
  core::Console console;
  ::testing::internal::CaptureStdout();
  ProgressPrinter printer(console, 7, 3);
  for (std::int64_t step = 1; step <= 7; ++step) printer.on_step(step_report(step));
  printer.on_validation({"voice", 7, {{"loss", 3.5}, {"text_loss", 5}}, true});
  core::RunReport end;
  end.stage = "voice";
  end.steps = 7;
  printer.on_end(end);
  if (console.is_terminal()) GTEST_SKIP() << "stdout is a terminal";
  const std::string text = ::testing::internal::GetCapturedStdout();
  for (const char* line : {"voice 3/7", "voice 6/7", "voice 7/7"}) EXPECT_THAT(text, HasSubstr(line));
  for (const char* line : {"voice 2/7", "\r", "["}) EXPECT_THAT(text, ::testing::Not(HasSubstr(line)));
  EXPECT_THAT(text, HasSubstr("voice 7  validation: loss 3.5000 (best), text_loss 5.0000\n"));
  EXPECT_THAT(text, HasSubstr("padding 50.0 %\n"));
}

TEST(RunLog, KeepsTheConsolesLinesWhileItLives) {
  const support::TemporaryFolder run;
  core::FileSystem& files = core::local_file_system();
  core::Console console(/*everything_on_stderr=*/true);
  ::testing::internal::CaptureStderr();
  for (const char* line : {"one", "two"}) {  // a resumed run goes on in the same file
    const RunLock lock(run.path(), console);
    const RunLog log(console, files, run.path() / "log.txt", lock);
    console.info(line);
  }
  console.info("three");
  (void)::testing::internal::GetCapturedStderr();
  EXPECT_EQ(files.read(run.path() / "log.txt"), "one\ntwo\n");
}

}  // namespace
}  // namespace myxtts::report
