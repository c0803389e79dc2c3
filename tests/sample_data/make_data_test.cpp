#include "sample_data/make_data.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "core/error.hpp"
#include "media/audio_file.hpp"

namespace myxtts::sample_data {
namespace {

class MakeData : public testing::Test {
 protected:
  MakeData() {
    options_.output = folder_ / "data";
    options_.count = 4;
  }
  ~MakeData() override { std::filesystem::remove_all(folder_); }

  MakeDataReport make() { return make_data(files_, options_, console_); }
  std::string read(const std::string& name) { return files_.read(options_.output / name); }

  core::Path folder_ = std::filesystem::temp_directory_path() / ("make_data_test_" + std::to_string(::getpid()));
  core::FileSystem& files_ = core::local_file_system();
  core::Console console_;
  MakeDataOptions options_;
};

TEST_F(MakeData, WritesAnLjSpeechFolder) {
  const auto report = make();
  EXPECT_EQ(report.sentences, 4U);
  EXPECT_FALSE(report.already_there);
  EXPECT_THAT(read("metadata.csv"), testing::StartsWith("slot-f2-00001|the "));
  EXPECT_FALSE(files_.exists(options_.output / "speakers.csv"));
  const auto info = media::probe(options_.output / "wavs" / "slot-f2-00004.wav");
  EXPECT_EQ(info.sample_rate_hz, 22050);
  EXPECT_EQ(info.channels, 1);
  EXPECT_GT(report.audio_seconds, 3 * info.seconds() / 2);
}

TEST_F(MakeData, SpeaksPersianWithAPersianVoice) {
  options_.language = "fa";
  make();
  EXPECT_THAT(read("metadata.csv"), testing::HasSubstr(" را "));
  EXPECT_THAT(read("make-data.json"), testing::HasSubstr("\"fa+f2\""));
}

TEST_F(MakeData, SeveralVoicesTakeTurns) {
  options_.voices = {"en-us+f2", "en-us+m3"};
  options_.sentences = SentenceKind::kNatural;
  make();
  EXPECT_EQ(read("speakers.csv"),
            "natural-f2-00001|en-us+f2\nnatural-m3-00002|en-us+m3\nnatural-f2-00003|en-us+f2\n"
            "natural-m3-00004|en-us+m3\n");
}

TEST_F(MakeData, ASecondCallLeavesTheSetAsItIs) {
  make();
  const core::Path clip = options_.output / "wavs" / "slot-f2-00001.wav";
  std::filesystem::remove(clip);
  EXPECT_TRUE(make().already_there);
  EXPECT_FALSE(files_.exists(clip));
}

TEST_F(MakeData, AHalfMadeSetIsMadeAnew) {
  make();
  std::filesystem::remove(options_.output / "metadata.csv");
  options_.count = 2;
  EXPECT_FALSE(make().already_there);
  EXPECT_EQ(files_.list(options_.output / "wavs"),
            (std::vector<std::string>{"slot-f2-00001.wav", "slot-f2-00002.wav"}));
}

TEST_F(MakeData, NeverWritesOverAnotherDataSet) {
  make();
  options_.seed = 1;
  EXPECT_THROW(make(), core::DataError);
  std::filesystem::remove(options_.output / "make-data.json");
  EXPECT_THROW(make(), core::DataError);
  std::filesystem::remove(options_.output / "metadata.csv");
  EXPECT_THROW(make(), core::DataError);  // recordings of somebody else's
  EXPECT_TRUE(files_.exists(options_.output / "wavs" / "slot-f2-00001.wav"));
}

TEST_F(MakeData, NeverWritesOverSpeakersOfSomebodyElse) {
  files_.create_directories(options_.output);
  files_.write(options_.output / "speakers.csv", std::vector<std::string_view>{"clip1|anna\n"});
  options_.voices = {"en-us+f2", "en-us+m3"};
  EXPECT_THROW(make(), core::DataError);
  EXPECT_EQ(read("speakers.csv"), "clip1|anna\n");
}

TEST_F(MakeData, RefusesWrongOptionsBeforeWriting) {
  const auto refused = options_;
  options_.language = "de";
  EXPECT_THROW(make(), core::UsageError);
  options_ = refused;
  options_.voices = {"en-us+f2", "en-us+f2"};
  EXPECT_THROW(make(), core::UsageError);
  options_ = refused;
  options_.voices = {"klingon-9"};
  EXPECT_THROW(make(), core::DataError);
  EXPECT_THROW((void)parse_sentence_kind("slots"), core::UsageError);
  EXPECT_FALSE(files_.exists(options_.output));
}

TEST_F(MakeData, RefusesAFileInPlaceOfTheFolder) {
  files_.create_directories(folder_);
  files_.write(options_.output, std::vector<std::string_view>{"a file where the folder should be"});
  EXPECT_THROW(make(), core::Error);
}

}  // namespace
}  // namespace myxtts::sample_data
