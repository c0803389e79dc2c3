#include "core/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>

#include "core/error.hpp"

namespace myxtts::core {
namespace {

using ::testing::HasSubstr;

// Sets TMPDIR for a test.
class TemporaryDirectory {
 public:
  explicit TemporaryDirectory(const char* value) {
    if (const char* before = std::getenv("TMPDIR")) before_ = before;
    ::setenv("TMPDIR", value, 1);
  }
  ~TemporaryDirectory() { before_ ? ::setenv("TMPDIR", before_->c_str(), 1) : ::unsetenv("TMPDIR"); }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

 private:
  std::optional<std::string> before_;
};

TEST(TemporaryFolder, GoesWithAllThatItHolds) {
  Path path;
  {
    const TemporaryFolder folder("speech");
    path = folder.path();
    EXPECT_THAT(path.filename().string(), HasSubstr("myxtts-speech-"));
    std::filesystem::create_directory(folder / "inner");
    std::ofstream(folder / "inner" / "file") << "text";
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(TemporaryFolder, IsAnotherOneEachTime) {
  const TemporaryFolder first("a");
  const TemporaryFolder second("a");
  EXPECT_NE(first.path(), second.path());
}

TEST(TemporaryFolder, APlaceThatIsNoFolderIsAnErrorThatNamesTmpdir) {
  const TemporaryDirectory nowhere("/dev/null");
  try {
    const TemporaryFolder folder("a");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("cannot make a temporary folder"));
    EXPECT_THAT(error.what(), HasSubstr("TMPDIR"));
  }
}

}  // namespace
}  // namespace myxtts::core
