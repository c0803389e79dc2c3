#include "quality/data_folders.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.hpp"
#include "media/sound_files.hpp"

namespace myxtts::quality {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::message_of;
using ::testing::SizeIs;
using testing::TemporaryFolder;
using testing::tone;
using testing::write_sound;
using testing::write_text;

class TwoFolders : public ::testing::Test {
 protected:
  TwoFolders() {
    make("a", "x|One\ny|Two\n");
    make("b", "x|Three\nz|\n");
  }

  void make(const std::string& name, const std::string& manifest) const {
    std::filesystem::create_directories(folder_ / (name + "/wavs"));
    write_text(folder_ / (name + "/metadata.csv"), manifest);
    for (const char* id : {"x", "y"}) write_sound(folder_ / (name + "/wavs/" + id + ".wav"), tone(1));
  }
  [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }
  [[nodiscard]] static CheckedDataset check(const std::vector<std::string>& folders) {
    return check_folders(core::local_file_system(), folders, manifest::Subset::kAll, {},
                         [](std::string_view text, const std::string&) { return std::string(text); });
  }
  [[nodiscard]] static DataFolder parse(const std::string& text) {
    return parse_data_folder(core::local_file_system(), text);
  }

  TemporaryFolder folder_;
};

TEST_F(TwoFolders, AreOneDataSetInTheirOrder) {
  const CheckedDataset checked = check({path("a"), path("b")});
  EXPECT_THAT(checked.dataset.ids(), ElementsAre("x", "y", "x"));
  EXPECT_EQ(checked.dataset.clip(2).text, "Three");
  EXPECT_EQ(checked.dataset.clip(2).file, folder_ / "b/wavs/x.wav");
  EXPECT_EQ(checked.total, 4U);
}

TEST_F(TwoFolders, TellPlacesAndSpeakersApart) {
  const CheckedDataset checked = check({path("a"), path("b")});
  EXPECT_EQ(checked.dataset.clip(2).where, path("b") + "/metadata.csv:1");
  EXPECT_THAT(checked.dataset.clips_of_speaker(0), ElementsAre(0, 1));
  EXPECT_THAT(checked.dataset.clips_of_speaker(2), ElementsAre(2));
  ASSERT_THAT(checked.findings, SizeIs(1));
  EXPECT_EQ(checked.findings[0].where, path("b") + "/metadata.csv:2");
  EXPECT_EQ(checked.layout,
            path("a") + "/metadata.csv: LJSpeech lines; " + path("b") + "/metadata.csv: LJSpeech lines");
}

TEST_F(TwoFolders, OneFolderAloneIsAsItWas) {
  const CheckedDataset checked = check({path("a")});
  EXPECT_EQ(checked.dataset.clip(0).where, "metadata.csv:1");
  EXPECT_EQ(checked.dataset.clip(0).speaker, "");
  EXPECT_THAT(checked.dataset.weights(), IsEmpty());
}

TEST_F(TwoFolders, AWeightBelongsToEveryClipOfItsFolder) {
  EXPECT_THAT(check({path("a"), path("b") + ":2.5"}).dataset.weights(), ElementsAre(1, 1, 2.5));
  EXPECT_THAT(check({path("a") + ":0.5"}).dataset.weights(), ElementsAre(0.5, 0.5));
}

TEST_F(TwoFolders, AColonIsPartOfANameWhereThatExistsOrNoWeightFollows) {
  EXPECT_EQ(parse("a:2").path, "a");
  EXPECT_EQ(parse("a:2").weight, 2);
  EXPECT_EQ(parse("c:a:0.25").path, "c:a");
  for (const char* text : {"a:", "a:0", "a:-1", "a:x", "a:2x", "a:nan", "a:inf", "a"}) {
    EXPECT_EQ(parse(text).path, text);
    EXPECT_EQ(parse(text).weight, 1);
  }
  std::filesystem::create_directory(folder_ / "a:2");
  EXPECT_EQ(parse(path("a:2")).path, path("a:2"));
}

TEST_F(TwoFolders, AFolderThatNamesNoClipsIsAnErrorThatNamesIt) {
  write_text(folder_ / "b/metadata.csv", "");
  EXPECT_THAT(message_of<core::DataError>([&] {
                (void)check({path("a"), path("b")});
              }),
              AllOf(HasSubstr("names no clips"), HasSubstr(path("b"))));
}

}  // namespace
}  // namespace myxtts::quality
