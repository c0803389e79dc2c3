#include "core/file_system.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "core/error.hpp"
#include "support/fake_file_system.hpp"

namespace myxtts::core {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class FileSystemTest : public testing::Test {
 protected:
  void write(const Path& file, std::string_view text) { files_.write(file, std::span(&text, 1)); }

  template <typename Action>
  static std::string error_of(Action action) {
    try {
      action();
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  }

  FileSystem& files_ = local_file_system();
  support::TemporaryFolder temporary_;
  Path folder_ = temporary_.path();
};

TEST_F(FileSystemTest, WriteAtomicallyWritesSyncsRenamesAndSyncsTheFolder) {
  support::FakeFileSystem files(folder_);
  write_atomically(files, folder_ / "state.json", "new");
  EXPECT_THAT(files.operations(), ElementsAre("write .state.json.partial", "sync_file .state.json.partial",
                                              "rename .state.json.partial state.json", "sync_directory ."));
  EXPECT_EQ(files.read(folder_ / "state.json"), "new");
  EXPECT_THAT(files_.list(folder_), ElementsAre("state.json"));
}

TEST_F(FileSystemTest, WriteAtomicallyKeepsTheOldFileWhereAStepFails) {
  write(folder_ / "state.json", "old");
  support::FakeFileSystem files(folder_);
  for (const std::size_t step : {1U, 2U, 3U}) {
    files.fail_at(step, support::FailureMode::kOnce);
    EXPECT_THROW(write_atomically(files, folder_ / "state.json", "new"), Error) << step;
    EXPECT_EQ(files_.read(folder_ / "state.json"), "old") << step;
  }
}

TEST_F(FileSystemTest, ReplaceSymlinkNeverLeavesAMomentWithoutALink) {
  support::FakeFileSystem files(folder_);
  replace_symlink(files, "voice-1", folder_ / "last");
  EXPECT_EQ(files.read_symlink(folder_ / "last"), "voice-1");
  files.clear_operations();
  replace_symlink(files, "voice-2", folder_ / "last");
  EXPECT_EQ(files.read_symlink(folder_ / "last"), "voice-2");
  EXPECT_THAT(files.operations(), ElementsAre(HasSubstr("symlink"), "rename .last.partial last", "sync_directory ."));
}

TEST_F(FileSystemTest, ReplaceSymlinkMendsWhatAKilledOneLeft) {
  files_.create_symlink("nowhere", folder_ / ".last.partial");
  replace_symlink(files_, "voice-2", folder_ / "last");
  EXPECT_EQ(files_.read_symlink(folder_ / "last"), "voice-2");
  EXPECT_THAT(files_.list(folder_), ElementsAre("last"));
}

TEST_F(FileSystemTest, WritesPartsAppendsAndReadsEveryByte) {
  const std::string zero("\0\xff\r\n", 4);
  const std::array<std::string_view, 3> parts = {"ab", "", zero};
  files_.write(folder_ / "a", parts);
  files_.append(folder_ / "a", "end");
  EXPECT_EQ(files_.read(folder_ / "a"), "ab" + zero + "end");
  write(folder_ / "a", "short");
  EXPECT_EQ(files_.read(folder_ / "a"), "short");
}

TEST_F(FileSystemTest, ReadsFilesThatTellNoSize) { EXPECT_THAT(files_.read("/proc/self/status"), HasSubstr("Name:")); }

TEST_F(FileSystemTest, ListsSortedNames) {
  for (const char* name : {"b", "a", ".c"}) write(folder_ / name, "");
  EXPECT_THAT(files_.list(folder_), ElementsAre(".c", "a", "b"));
}

TEST_F(FileSystemTest, ALinkToNothingExists) {
  files_.create_symlink("nowhere", folder_ / "link");
  EXPECT_TRUE(files_.exists(folder_ / "link"));
  EXPECT_FALSE(files_.exists(folder_ / "nowhere"));
}

TEST_F(FileSystemTest, ErrorsNameThePathAndTheReason) {
  const Path gone = folder_ / "gone" / "file";
  const std::string name = gone.string();
  const std::string why = "'No such file or directory'";
  EXPECT_EQ(error_of([&] { (void)files_.read(gone); }), "cannot read: " + name + ": " + why);
  EXPECT_EQ(error_of([&] { write(gone, "x"); }), "cannot create: " + name + ": " + why);
  EXPECT_EQ(error_of([&] { files_.append(gone, "x"); }), "cannot open: " + name + ": " + why);
  EXPECT_EQ(error_of([&] { files_.sync_file(gone); }), "cannot open: " + name + ": " + why);
  EXPECT_EQ(error_of([&] { files_.sync_directory(gone); }), "cannot open: " + name + ": " + why);
  EXPECT_EQ(error_of([&] { (void)files_.list(gone); }), "cannot list: " + name + ": " + why);
  EXPECT_EQ(error_of([&] { (void)files_.read_symlink(gone); }), "cannot read the link: " + name + ": " + why);
  EXPECT_EQ(error_of([&] { files_.rename(gone, folder_ / "to"); }),
            "cannot rename to '" + (folder_ / "to").string() + "': " + name + ": " + why);
  EXPECT_EQ(error_of([&] { files_.create_symlink("target", gone); }), "cannot link: " + name + ": " + why);
}

TEST_F(FileSystemTest, AFolderUnderARegularFileCannotBeMade) {
  write(folder_ / "file", "mine");
  EXPECT_EQ(error_of([&] { files_.create_directories(folder_ / "file" / "run"); }),
            "cannot create the folder: " + (folder_ / "file" / "run").string() + ": 'Not a directory'");
  EXPECT_EQ(files_.read(folder_ / "file"), "mine");
}

TEST_F(FileSystemTest, AFullDiskIsSaid) {
  EXPECT_EQ(error_of([&] { write("/dev/full", "x"); }), "cannot write: /dev/full: 'No space left on device'");
}

}  // namespace
}  // namespace myxtts::core
