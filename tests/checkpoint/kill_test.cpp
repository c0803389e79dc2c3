#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <random>
#include <thread>

#include "checkpoint/checkpoint_store.hpp"
#include "checkpoint/sample_state.hpp"
#include "support/fake_file_system.hpp"

namespace myxtts::checkpoint {
namespace {

constexpr std::int64_t kElements = 50'000;  // 200 kB a tensor

// Saves as training does, for ever: every third checkpoint takes the place of one that is there.
[[noreturn]] void save_until_killed(const core::Path& folder, std::int64_t step) {
  core::Console console(/*everything_on_stderr=*/true);
  CheckpointStore store(core::local_file_system(), folder, console);
  for (;; step += 2) {
    for (const std::int64_t next : {step, step + 1, step}) {
      store.point("last", store.save(sample_state(next, "voice", kElements)).filename());
      store.prune("voice", 2);
    }
  }
}

TEST(Kill, NeverLeavesAFolderWithoutAReadableCheckpoint) {
  torch::set_num_threads(1);
  const support::TemporaryFolder run;
  core::Console console(/*everything_on_stderr=*/true);
  std::mt19937 random(7);
  std::int64_t newest = 0;
  int inside_a_save = 0;
  for (int kill_number = 0; kill_number < 20; ++kill_number) {
    const pid_t child = ::fork();
    if (child == 0) save_until_killed(run.path(), newest + 1);
    std::this_thread::sleep_for(std::chrono::milliseconds(20 + random() % 80));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);

    for (const std::string& name : core::local_file_system().list(run.path())) inside_a_save += name.front() == '.';
    ::testing::internal::CaptureStderr();
    const auto state = CheckpointStore(core::local_file_system(), run.path(), console).load_newest();
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), "") << "nothing may be damaged";
    if (newest > 0) {
      ASSERT_TRUE(state) << "kill " << kill_number;
    }
    if (!state) continue;
    expect_equal(*state, sample_state(state->progress.step, "voice", kElements));
    EXPECT_GE(state->progress.step, newest - 1);
    newest = std::max(newest, state->progress.step);
  }
  EXPECT_GT(newest, 0);
  EXPECT_GT(inside_a_save, 0) << "no kill came inside a save";
}

}  // namespace
}  // namespace myxtts::checkpoint
