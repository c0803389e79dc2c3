#include "run/run_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "config/fields.hpp"
#include "core/error.hpp"
#include "run/tiny_run.hpp"

namespace myxtts::run {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

contracts::TrainState state_at(const std::string& stage, std::int64_t step, std::int64_t best_step = 0) {
  contracts::TrainState state;
  state.progress.stage = stage;
  state.progress.step = step;
  state.progress.run_steps = step + (stage == "voice" ? 1000 : 0);
  state.progress.planned_steps = 100;
  state.progress.best_step = best_step;
  state.weights[stage] = {{"weight", torch::full({3}, static_cast<double>(step))}};
  state.optimizer = {{"step", torch::full({}, static_cast<double>(step))}};
  return state;
}

core::StepReport step_report(const std::string& stage, std::int64_t step) {
  core::StepReport report;
  report.stage = stage;
  report.step = step;
  return report;
}

class Run : public ::testing::Test {
 protected:
  [[nodiscard]] std::unique_ptr<RunFiles> open(RunStart start) {
    return std::make_unique<RunFiles>(files_, folder(), start, console_);
  }
  [[nodiscard]] core::Path folder() const { return root_.path() / "run"; }
  [[nodiscard]] core::Path checkpoints() const { return folder() / "checkpoints"; }
  [[nodiscard]] std::string target(const std::string& link) const { return files_.read_symlink(checkpoints() / link); }
  [[nodiscard]] bool exists(const std::string& name) const { return files_.exists(checkpoints() / name); }

  support::TemporaryFolder root_;
  core::FileSystem& files_ = core::local_file_system();
  core::Console console_{true};
};

TEST_F(Run, NewOneHasNothingToResume) { EXPECT_FALSE(open(RunStart::kNew)->resume_state().has_value()); }

TEST_F(Run, NewOneIsRefusedInAFolderThatHoldsOne) {
  open(RunStart::kNew)->save(state_at("codec", 5), true, 2);
  EXPECT_THROW((void)open(RunStart::kNew), core::ConfigError);
  EXPECT_TRUE(exists("codec-00000005"));
}

TEST_F(Run, OneWhoseFolderWasMovedWritesNothingIntoTheOneThatHasItsName) {
  auto moved = open(RunStart::kNew);
  moved->save(state_at("codec", 5), true, 2);
  std::filesystem::rename(folder(), root_.path() / "moved");
  auto other = open(RunStart::kNew);
  other->save(state_at("codec", 7), true, 2);
  EXPECT_THROW(moved->save(state_at("codec", 9), true, 2), core::CheckpointError);
  moved->note_failure("it was moved");
  moved.reset();
  EXPECT_FALSE(exists("codec-00000009"));
  EXPECT_EQ(target("last"), "codec-00000007");
  EXPECT_FALSE(files_.exists(folder() / "log.txt"));
  EXPECT_TRUE(files_.exists(root_.path() / "moved/checkpoints/codec-00000005"));
}

TEST_F(Run, ResumeOfAnEmptyFolderStartsFromNothing) {
  EXPECT_FALSE(open(RunStart::kResume)->resume_state().has_value());
}

TEST_F(Run, ResumeGivesTheLastCheckpointAndCutsTheMetricsThere) {
  {
    auto run = open(RunStart::kNew);
    for (std::int64_t step = 1; step <= 5; ++step) run->metrics().on_step(step_report("codec", step));
    run->save(state_at("codec", 5), false, 2);
    for (std::int64_t step = 6; step <= 9; ++step) run->metrics().on_step(step_report("codec", step));
  }
  const core::Path metrics = folder() / "metrics.jsonl";
  ASSERT_THAT(files_.read(metrics), HasSubstr("\"step\":9"));
  const auto state = open(RunStart::kResume)->resume_state();
  ASSERT_TRUE(state.has_value());
  EXPECT_EQ(state->progress.step, 5);
  EXPECT_TRUE(torch::equal(state->weights.at("codec").front().second, torch::full({3}, 5.0)));
  EXPECT_THAT(files_.read(metrics), HasSubstr("\"step\":5"));
  EXPECT_THAT(files_.read(metrics), Not(HasSubstr("\"step\":6")));
}

TEST_F(Run, ASecondOneInTheFolderIsRefusedAndTouchesNothing) {
  auto run = open(RunStart::kNew);
  run->save(state_at("codec", 1), true, 2);
  console_.info("a first line");
  const std::vector<std::string> before = files_.list(folder());
  for (const RunStart start : {RunStart::kNew, RunStart::kResume, RunStart::kReset}) {
    EXPECT_THROW((void)open(start), core::ConfigError);
  }
  console_.info("a line of the first");
  EXPECT_THAT(files_.read(folder() / "log.txt"), HasSubstr("a line of the first"));
  EXPECT_EQ(files_.list(folder()), before);
  EXPECT_TRUE(exists("codec-00000001"));
}

TEST_F(Run, LinksFollowTheLastAndTheBestOfEachStage) {
  auto run = open(RunStart::kNew);
  run->save(state_at("codec", 1, 1), true, 5);
  run->save(state_at("codec", 2, 1), false, 5);
  EXPECT_EQ(target("last"), "codec-00000002");
  EXPECT_EQ(target("best"), "codec-00000001");
  EXPECT_EQ(target("codec-best"), "codec-00000001");
  run->save(state_at("voice", 7, 7), true, 5);
  EXPECT_EQ(target("last"), "voice-00000007");
  EXPECT_EQ(target("best"), "voice-00000007");
  EXPECT_EQ(target("voice-best"), "voice-00000007");
  EXPECT_EQ(target("codec-best"), "codec-00000001");
  EXPECT_EQ(speech::load_checkpoint(run->best("codec")).progress.step, 1);
}

TEST_F(Run, KeepsTheNewestAndTheBest) {
  auto run = open(RunStart::kNew);
  for (std::int64_t step = 1; step <= 5; ++step) run->save(state_at("codec", step, 2), step == 2, 2);
  for (const char* kept : {"codec-00000002", "codec-00000004", "codec-00000005"}) EXPECT_TRUE(exists(kept)) << kept;
  for (const char* gone : {"codec-00000001", "codec-00000003"}) EXPECT_FALSE(exists(gone)) << gone;
}

TEST_F(Run, ResumeMendsTheBestLinkThatACrashLeftBehind) {
  auto run = open(RunStart::kNew);
  run->save(state_at("voice", 3, 3), true, 5);
  run->save(state_at("voice", 6, 6), false, 5);  // as if killed before the best link moved
  ASSERT_EQ(target("voice-best"), "voice-00000003");
  run.reset();
  ASSERT_TRUE(open(RunStart::kResume)->resume_state().has_value());
  EXPECT_EQ(target("voice-best"), "voice-00000006");
  EXPECT_EQ(target("best"), "voice-00000006");
}

TEST_F(Run, ResumeMendsTheLinkWhereNothingWasEverValidated) {
  auto run = open(RunStart::kNew);
  run->save(state_at("codec", 3), true, 5);
  run->save(state_at("codec", 6), false, 5);  // as if killed before the best link moved
  run.reset();
  ASSERT_TRUE(open(RunStart::kResume)->resume_state().has_value());
  EXPECT_EQ(target("codec-best"), "codec-00000006");
}

TEST_F(Run, ResetLeavesNothingOfTheOldRunOnceTheNewOneIsSure) {
  {
    auto old = open(RunStart::kNew);
    old->metrics().on_step(step_report("codec", 5));
    old->save(state_at("codec", 5), true, 2);
  }
  auto run = open(RunStart::kReset);
  EXPECT_FALSE(run->resume_state().has_value());
  EXPECT_TRUE(exists("codec-00000005")) << "the data set may turn out to be wrong";
  run->write_config(test::tiny_settings("somewhere"));
  EXPECT_FALSE(exists("codec-00000005"));
  EXPECT_FALSE(exists("last"));
  EXPECT_EQ(files_.read(folder() / "metrics.jsonl"), "");
}

TEST_F(Run, ALogThatCannotBeWrittenDoesNotHideTheErrorThatEndsTheRun) {
  support::FakeFileSystem files(root_.path());
  RunFiles run(files, folder(), RunStart::kNew, console_);
  run.note_failure("the first");
  files.fail_at(1, support::FailureMode::kFromThenOn);
  run.note_failure("the second");
  EXPECT_EQ(files_.read(folder() / "log.txt").find("error: the first\n"), 0U);
}

TEST_F(Run, ConfigurationIsReadBackAsItWas) {
  const config::Settings settings = test::tiny_settings("somewhere");
  open(RunStart::kNew)->write_config(settings);
  config::Settings read;
  config::load_toml(read, files_.read(folder() / "config.toml"), "config.toml");
  config::Settings copy = settings;
  EXPECT_TRUE(config::differing_keys(read, copy).empty());
}

TEST_F(Run, ConsoleLinesAreKeptInTheLogUntilTheRunCloses) {
  {
    auto run = open(RunStart::kNew);
    console_.info("a line of the run");
    console_.warning("something odd");
  }
  console_.info("after the run");
  const std::string log = files_.read(folder() / "log.txt");
  EXPECT_THAT(log, HasSubstr("a line of the run"));
  EXPECT_THAT(log, HasSubstr("something odd"));
  EXPECT_THAT(log, Not(HasSubstr("after the run")));
}

TEST_F(Run, FolderUnderARegularFileIsRefused) {
  core::write_atomically(files_, root_.path() / "run", "a file");
  EXPECT_THROW((void)open(RunStart::kNew), core::Error);
}

}  // namespace
}  // namespace myxtts::run
