#include "dataset/broken_clips.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "core/error.hpp"
#include "media/sound_files.hpp"

namespace myxtts::dataset {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::message_of;
using ::testing::SizeIs;
using testing::TemporaryFolder;
using testing::tone;
using testing::write_sound;

class BrokenClipsTest : public ::testing::Test {
 protected:
  BrokenClipsTest() {
    console_.keep_in([this](std::string_view line) { lines_.emplace_back(line); });
    std::vector<Clip> clips;
    for (int i = 0; i < 20; ++i) {
      Clip& clip = clips.emplace_back();
      clip.id = std::to_string(i);
      clip.file = folder_ / "wavs" / (clip.id + ".wav");
      clip.where = "metadata.csv:" + std::to_string(i + 1);
      std::filesystem::create_directories(clip.file.parent_path());
      write_sound(clip.file, tone(0.1), {.rate_hz = 22050, .channels = 1, .format = SF_FORMAT_WAV | SF_FORMAT_PCM_16});
      clip.audio = media::probe(clip.file);
    }
    data_ = Dataset(std::move(clips));
  }

  void remove(std::uint32_t clip) const { std::filesystem::remove(data_.clip(clip).file); }

  TemporaryFolder folder_;
  Dataset data_;
  core::Console console_{true};
  std::vector<std::string> lines_;
};

TEST_F(BrokenClipsTest, ASoundClipIsReadAsTheDataSetGivesIt) {
  BrokenClips broken({.rejected = 0, .total = 20, .max_rejected = 0.1}, console_);
  EXPECT_EQ(broken.read(data_, 3).value().mono, data_.get(3).samples.mono);
  EXPECT_EQ(broken.read(data_, 3, {.first = 100, .count = 50}).value().mono, data_.get(3, {100, 50}).samples.mono);
  EXPECT_THAT(lines_, ElementsAre());
  EXPECT_EQ(broken.count(), 0U);
}

TEST_F(BrokenClipsTest, ABrokenClipIsNamedOnce) {
  BrokenClips broken({.rejected = 0, .total = 20, .max_rejected = 0.1}, console_);
  remove(3);
  EXPECT_FALSE(broken.read(data_, 3));
  EXPECT_FALSE(broken.read(data_, 3, {.first = 100, .count = 50}));
  EXPECT_THAT(lines_, ElementsAre(AllOf(HasSubstr("clip '3' (metadata.csv:4)"), HasSubstr("3.wav"))));
  EXPECT_EQ(broken.count(), 1U);
}

TEST_F(BrokenClipsTest, AClipOfAnotherLengthIsBroken) {
  BrokenClips broken({.rejected = 0, .total = 20, .max_rejected = 0.1}, console_);
  write_sound(data_.clip(5).file, tone(0.2),
              {.rate_hz = 22050, .channels = 1, .format = SF_FORMAT_WAV | SF_FORMAT_PCM_16});
  EXPECT_FALSE(broken.read(data_, 5));
  EXPECT_THAT(lines_, ElementsAre(HasSubstr("changed")));
}

TEST_F(BrokenClipsTest, ARecordingThatIsBackIsReadAgain) {
  BrokenClips broken({.rejected = 0, .total = 20, .max_rejected = 0.1}, console_);
  std::filesystem::rename(data_.clip(3).file, folder_ / "away.wav");
  EXPECT_FALSE(broken.read(data_, 3));
  std::filesystem::rename(folder_ / "away.wav", data_.clip(3).file);
  EXPECT_TRUE(broken.read(data_, 3));
  EXPECT_EQ(broken.count(), 1U);  // it was missing once, and the user was told
}

TEST_F(BrokenClipsTest, MoreThanTheLimitAreAnError) {
  BrokenClips broken({.rejected = 1, .total = 20, .max_rejected = 0.1}, console_);
  remove(3);
  EXPECT_FALSE(broken.read(data_, 3));
  remove(4);
  EXPECT_THAT(message_of<core::DataError>([&] { (void)broken.read(data_, 4); }),
              AllOf(HasSubstr("3 of 20 clips"), HasSubstr("10 %"), HasSubstr("--resume")));
  remove(5);
  EXPECT_THROW((void)broken.read(data_, 5), core::DataError);
  EXPECT_THAT(lines_, SizeIs(2));  // what breaks at the end is not named one by one
}

TEST_F(BrokenClipsTest, AFolderThatIsGoneIsOneLine) {
  BrokenClips broken({.rejected = 0, .total = 20, .max_rejected = 0.5}, console_);
  std::filesystem::remove_all(folder_ / "wavs");
  EXPECT_THAT(message_of<core::DataError>([&] { (void)broken.read(data_, 0); }), HasSubstr("20 of 20 clips"));
  EXPECT_THAT(lines_, ElementsAre(AllOf(HasSubstr("wavs is gone"), HasSubstr("20 clips"))));
}

}  // namespace
}  // namespace myxtts::dataset
