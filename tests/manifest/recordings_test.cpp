#include "manifest/recordings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.hpp"
#include "media/sound_files.hpp"

namespace myxtts::manifest {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::message_of;
using testing::TemporaryFolder;
using testing::write_text;

class DataFolder : public ::testing::Test {
 protected:
  DataFolder() { fs::create_directories(folder_ / "wavs"); }

  void add(const std::string& file) const {
    fs::create_directories((folder_ / file).parent_path());
    write_text(folder_ / file, "x");
  }
  [[nodiscard]] std::string find(const std::string& id) const {
    return Recordings(core::local_file_system(), folder_.path()).find(id).lexically_relative(folder_.path()).string();
  }
  [[nodiscard]] std::string error(const std::string& id) const {
    return message_of<core::DataError>([&] { (void)find(id); });
  }

  TemporaryFolder folder_;
};

TEST_F(DataFolder, ANameMayHaveItsEndingOrNot) {
  add("wavs/a.wav");
  add("wavs/b.v2.flac");
  add("wavs/C.MP3");
  EXPECT_EQ(find("a"), "wavs/a.wav");
  EXPECT_EQ(find("a.wav"), "wavs/a.wav");
  EXPECT_EQ(find("b.v2"), "wavs/b.v2.flac");
  EXPECT_EQ(find("C"), "wavs/C.MP3");
  EXPECT_THAT(error("d"), HasSubstr("no wavs/d.wav"));
  EXPECT_THAT(error("a.flac"), HasSubstr("no wavs/a.flac"));
}

TEST_F(DataFolder, APathStartsInWavsInTheFolderOrInClips) {
  add("wavs/book/a.wav");
  add("audio/deep/b.ogg");
  add("clips/c.mp3");
  EXPECT_EQ(find("book/a"), "wavs/book/a.wav");
  EXPECT_EQ(find("wavs/book/a.wav"), "wavs/book/a.wav");
  EXPECT_EQ(find("audio/deep/b.ogg"), "audio/deep/b.ogg");
  EXPECT_EQ(find("c.mp3"), "clips/c.mp3");
}

TEST_F(DataFolder, ATextIsNoRecording) {
  add("wavs/notes.txt");
  EXPECT_THAT(error("notes.txt"), HasSubstr("no wavs/notes.txt"));
}

TEST_F(DataFolder, LinksMayNotLeadOutOfIt) {
  const TemporaryFolder other;
  write_text(other / "secret.wav", "x");
  add("store/a.wav");
  fs::create_symlink("../store/a.wav", folder_ / "wavs/inside.wav");
  fs::create_symlink(other / "secret.wav", folder_ / "wavs/outside.wav");
  fs::create_symlink(other.path(), folder_ / "wavs/folder");
  fs::create_symlink("circle.wav", folder_ / "wavs/circle.wav");
  EXPECT_EQ(find("inside"), "wavs/inside.wav");
  EXPECT_THAT(error("outside"), HasSubstr("out of the data folder"));
  EXPECT_THAT(error("folder/secret"), HasSubstr("out of the data folder"));
  EXPECT_THAT(error("circle"), HasSubstr("in a circle"));
}

TEST_F(DataFolder, TheFolderWavsItselfMayBeALink) {
  const TemporaryFolder disk;
  write_text(disk / "a.wav", "x");
  fs::remove(folder_ / "wavs");
  fs::create_directory_symlink(disk.path(), folder_ / "wavs");
  EXPECT_EQ(find("a"), "wavs/a.wav");
}

TEST_F(DataFolder, AFolderWithoutRecordingsIsAnErrorThatNamesWavs) {
  fs::remove(folder_ / "wavs");
  add("metadata.csv");
  EXPECT_THAT(error("a"), AllOf(HasSubstr((folder_ / "wavs").string()), HasSubstr("recordings")));
  fs::create_symlink("wavs", folder_ / "wavs");
  EXPECT_THAT(error("a"), HasSubstr((folder_ / "wavs").string()));
  fs::remove(folder_ / "wavs");
  write_text(folder_ / "wavs", "a file");
  EXPECT_THAT(error("a"), HasSubstr((folder_ / "wavs").string()));
}

}  // namespace
}  // namespace myxtts::manifest
