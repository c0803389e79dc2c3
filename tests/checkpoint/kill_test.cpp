#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <random>

#include "checkpoint/checkpoint_store.hpp"
#include "checkpoint/sample_state.hpp"
#include "support/fake_file_system.hpp"

namespace myxtts::checkpoint {
namespace {

constexpr std::int64_t kElements = 50'000;   // 200 kB a tensor
constexpr std::size_t kMaxOperations = 100;  // of a process: about four saves

// Saves as training does, for ever: every third checkpoint takes the place of one that is there. Writes a byte to the
// pipe `progress` before each operation of the file system.
[[noreturn]] void save_until_killed(const core::Path& folder, std::int64_t step, int progress) {
  core::Console console(/*everything_on_stderr=*/true);
  support::FakeFileSystem files(folder);
  files.before_each([progress] {
    if (::write(progress, "", 1) != 1) ::_exit(1);
  });
  CheckpointStore store(files, folder, console);
  for (;; step += 2) {
    for (const std::int64_t next : {step, step + 1, step}) {
      store.point("last", store.save(sample_state(next, "voice", kElements)).filename());
      store.prune("voice", 2);
    }
  }
}

// Waits for so many operations, and kills the process that does them wherever it is by then.
void kill_after(std::size_t operations, pid_t process, int progress) {
  char byte = 0;
  while (operations > 0 && ::read(progress, &byte, 1) == 1) --operations;
  EXPECT_EQ(operations, 0U) << "it ended by itself";
  ::kill(process, SIGKILL);
  ::waitpid(process, nullptr, 0);
}

void save_and_kill(const core::Path& folder, std::int64_t step, std::size_t operations) {
  std::array<int, 2> progress{};
  ASSERT_EQ(::pipe(progress.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(progress[0]);
    save_until_killed(folder, step, progress[1]);
  }
  ::close(progress[1]);
  kill_after(operations, child, progress[0]);
  ::close(progress[0]);
}

TEST(Kill, NeverLeavesAFolderWithoutAReadableCheckpoint) {
  torch::set_num_threads(1);
  const support::TemporaryFolder run;
  core::Console console(/*everything_on_stderr=*/true);
  std::mt19937 random(7);
  std::int64_t newest = 0;
  int inside_a_save = 0;
  for (int kill_number = 0; kill_number < 20; ++kill_number) {
    save_and_kill(run.path(), newest + 1, 1 + random() % kMaxOperations);
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
