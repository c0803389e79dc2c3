#include "report/run_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <optional>

#include "core/error.hpp"
#include "support/fake_file_system.hpp"

namespace myxtts::report {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string this_host() {
  std::array<char, 256> name{};
  EXPECT_EQ(::gethostname(name.data(), name.size() - 1), 0);
  return name.data();
}

std::string error_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const core::ConfigError& error) {
    return error.what();
  }
  return "no ConfigError";
}

class RunLockTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string refusal(FolderKind kind = FolderKind::kLocal) {
    return error_of([&] { const RunLock lock(run_.path(), kind, console_); });
  }

  support::TemporaryFolder run_;
  core::Console console_{true};
};

// Another process that holds a folder's lock until it is killed.
class Holder {
 public:
  explicit Holder(const core::Path& folder) {
    std::array<int, 2> ready{};
    EXPECT_EQ(::pipe2(ready.data(), O_CLOEXEC), 0);
    process_ = ::fork();
    if (process_ == 0) {
      core::Console console(true);
      const RunLock lock(folder, console);
      (void)!::write(ready[1], "x", 1);
      for (;;) ::pause();
    }
    ::close(ready[1]);
    char byte = 0;
    EXPECT_EQ(::read(ready[0], &byte, 1), 1) << "the other process has the lock";
    ::close(ready[0]);
  }
  ~Holder() { kill(); }
  void kill() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = 0;
  }
  [[nodiscard]] pid_t process() const { return process_; }

 private:
  pid_t process_ = 0;
};

TEST_F(RunLockTest, ASecondProcessIsRefusedTwentyTimesOfTwentyByTheNameOfTheFirst) {
  const Holder first(run_.path());
  const std::string expected = fmt::format("another program trains in the run's folder: {}: 'process {} on {} since 20",
                                           run_.path().string(), first.process(), this_host());
  for (int i = 0; i < 20; ++i) EXPECT_THAT(refusal(), StartsWith(expected));
}

TEST_F(RunLockTest, AKilledProcessLeavesNoLock) {
  Holder first(run_.path());
  EXPECT_NE(refusal(), "no ConfigError");
  first.kill();
  EXPECT_EQ(refusal(), "no ConfigError");
}

TEST_F(RunLockTest, IsFreeAgainWhenItsHolderIsDone) {
  {
    const RunLock lock(run_.path(), console_);
    EXPECT_THAT(refusal(), HasSubstr(fmt::format("'process {} on ", ::getpid())));
  }
  EXPECT_EQ(refusal(), "no ConfigError");
}

TEST_F(RunLockTest, WithoutTakingItTheHolderIsNamed) {
  EXPECT_EQ(error_of([&] { require_unlocked(run_.path()); }), "no ConfigError");
  Holder first(run_.path());
  EXPECT_THAT(error_of([&] { require_unlocked(run_.path()); }),
              HasSubstr(fmt::format("process {} on", first.process())));
  first.kill();
  EXPECT_EQ(error_of([&] { require_unlocked(run_.path()); }), "no ConfigError");
}

TEST_F(RunLockTest, IsLostWithItsFolder) {
  const core::Path folder = run_.path() / "run";
  const core::Path moved = run_.path() / "moved";
  std::filesystem::create_directory(folder);
  const RunLock lock(folder, console_);
  EXPECT_TRUE(lock.is_held());
  std::filesystem::rename(folder, moved);
  EXPECT_FALSE(lock.is_held());
  std::filesystem::create_directory(folder);
  const RunLock other(folder, console_);
  EXPECT_FALSE(lock.is_held());
  EXPECT_TRUE(other.is_held());
}

TEST_F(RunLockTest, RefusesWhereTheLockFileCannotBeOpened) {
  std::filesystem::create_directory(run_.path() / kLockFile);
  EXPECT_THAT(refusal(), AllOf(StartsWith("the run's folder cannot be locked: " + (run_.path() / kLockFile).string()),
                               HasSubstr("Is a directory")));
  EXPECT_THAT(refusal(FolderKind::kNfs), HasSubstr("The folder is on NFS"));
}

TEST_F(RunLockTest, OnNfsWarnsAndSaysSoInTheRefusal) {
  ::testing::internal::CaptureStderr();
  std::optional<RunLock> lock(std::in_place, run_.path(), FolderKind::kNfs, console_);
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), AllOf(StartsWith("warning: "), HasSubstr("is on NFS")));
  EXPECT_THAT(refusal(FolderKind::kNfs), HasSubstr("The folder is on NFS"));
  EXPECT_THAT(refusal(), ::testing::Not(HasSubstr("NFS")));
}

TEST_F(RunLockTest, ALocalFolderIsNotNfs) { EXPECT_EQ(kind_of(run_.path()), FolderKind::kLocal); }

}  // namespace
}  // namespace myxtts::report
