#include "quality/check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <ctime>
#include <functional>
#include <iterator>

#include "core/error.hpp"
#include "media/sound_files.hpp"
#include "support/places.hpp"

namespace myxtts::quality {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::message_of;
using ::testing::Not;
using ::testing::SizeIs;
using testing::TemporaryFolder;
using testing::tone;
using testing::write_sound;
using testing::write_text;

constexpr int kFlac = SF_FORMAT_FLAC | SF_FORMAT_PCM_16;

std::string keep_letters(std::string_view text, const std::string&) {
  std::string kept;
  std::ranges::copy_if(text, std::back_inserter(kept),
                       [](unsigned char c) { return c == ' ' || std::isalpha(c) != 0; });
  return kept;
}

std::vector<std::int32_t> letters(std::string_view text, const std::string& = {}) { return {text.begin(), text.end()}; }

CheckedDataset check(const core::Path& folder, const config::DataSettings& settings = {},
                     const EncodeText& encode = {}) {
  core::FileSystem& files = core::local_file_system();
  CheckedDataset checked =
      check_data_set(files, manifest::read_manifest(files, folder, manifest::Subset::kAll), settings, keep_letters);
  if (encode) assign_tokens(checked, settings, encode);
  return checked;
}

// A folder with the clip "good", to which a test adds one more.
class CheckedFolder : public ::testing::Test {
 protected:
  CheckedFolder() {
    std::filesystem::create_directory(folder_ / "wavs");
    write_text(folder_ / "metadata.csv", "good|Good text\nx|Some text\n");
    write_sound(folder_ / "wavs/good.wav", tone(1));
  }
  TemporaryFolder folder_;
};

TEST_F(CheckedFolder, AClipCarriesWhatItsFileAndLineSay) {
  write_sound(folder_ / "wavs/x.flac", tone(1.5, 48000), {.rate_hz = 48000, .channels = 1, .format = kFlac});
  write_text(folder_ / "speakers.csv", "x|Linda\n");
  const CheckedDataset checked = check(folder_.path(), {}, letters);
  EXPECT_THAT(checked.findings, IsEmpty());
  EXPECT_EQ(checked.total, 2U);
  const dataset::Clip& clip = checked.dataset.clip(1);
  EXPECT_EQ(clip.id, "x");
  EXPECT_EQ(clip.file, folder_ / "wavs/x.flac");
  EXPECT_EQ(clip.speaker, "Linda");
  EXPECT_EQ(clip.text, "Some text");
  EXPECT_EQ(clip.tokens, letters("Some text"));
  EXPECT_EQ(clip.audio.sample_rate_hz, 48000);
  EXPECT_DOUBLE_EQ(clip.audio.seconds(), 1.5);
  EXPECT_EQ(clip.where, "metadata.csv:2");
}

TEST_F(CheckedFolder, TheFirstEndingThatExistsIsTaken) {
  write_sound(folder_ / "wavs/x.flac", tone(2), {.rate_hz = 22050, .channels = 1, .format = kFlac});
  write_sound(folder_ / "wavs/x.wav", tone(1));
  EXPECT_EQ(check(folder_.path()).dataset.clip(1).file, folder_ / "wavs/x.wav");
}

TEST_F(CheckedFolder, EachUnusableClipIsRejectedWithItsReasonAndTheOthersStay) {
  using Make = std::function<void(const core::Path& wavs)>;
  const auto text_as = [](const char* name) {
    return Make([name](const core::Path& wavs) { write_text(wavs / name, "words, not samples"); });
  };
  const auto sound = [](double seconds, int rate_hz) {
    return Make([=](const core::Path& wavs) {
      write_sound(wavs / "x.wav", tone(seconds, rate_hz), {.rate_hz = rate_hz, .channels = 1, .format = 0x010002});
    });
  };
  const auto cut = [](const char* name, int format) {
    return Make([=](const core::Path& wavs) {
      write_sound(wavs / name, tone(2), {.rate_hz = 22050, .channels = 1, .format = format});
      testing::cut_to_share(wavs / name, 0.7);
    });
  };
  const std::vector<std::pair<Make, std::string>> table{
      {[](const core::Path&) {}, "no wavs/x.wav"},
      {text_as("x.flac"), "not audio"},
      {text_as("x.wav"), "not audio"},
      {[](const core::Path& wavs) { write_text(wavs / "x.wav", ""); }, "empty"},
      {[](const core::Path& wavs) { std::filesystem::create_directory(wavs / "x.wav"); }, "regular file"},
      {[](const core::Path& wavs) { std::filesystem::create_symlink("nowhere", wavs / "x.wav"); }, "no such file"},
      {sound(0, 22050), "no samples"},
      {sound(0.4, 22050), "0.40 s long"},
      {sound(11.7, 22050), "11.70 s long"},
      {sound(1, 4000), "4000 Hz"},
      {cut("x.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16), "cut short"},
      {cut("x.flac", kFlac), "cut short"},
  };
  for (const auto& [make, reason] : table) {
    std::filesystem::remove_all(folder_ / "wavs/x.wav");
    std::filesystem::remove_all(folder_ / "wavs/x.flac");
    make(folder_ / "wavs");
    const CheckedDataset checked = check(folder_.path());
    EXPECT_THAT(checked.dataset.ids(), ::testing::ElementsAre("good")) << reason;
    ASSERT_EQ(checked.findings.size(), 1U) << reason;
    EXPECT_EQ(checked.findings[0].id, "x");
    EXPECT_EQ(checked.findings[0].where, "metadata.csv:2");
    EXPECT_THAT(checked.findings[0].reason, HasSubstr(reason));
  }
}

TEST_F(CheckedFolder, SamplesThatAreNoNumberAreFoundBeforeTheRun) {
  std::vector<float> samples = tone(1);
  samples[9000] = std::numeric_limits<float>::quiet_NaN();
  constexpr int kFloatWav = SF_FORMAT_WAV | SF_FORMAT_FLOAT;
  write_sound(folder_ / "wavs/x.wav", samples, {.rate_hz = 22050, .channels = 1, .format = kFloatWav});
  const CheckedDataset checked = check(folder_.path());
  ASSERT_THAT(checked.findings, SizeIs(1));
  EXPECT_THAT(checked.findings[0].reason, HasSubstr("not finite"));
}

TEST_F(CheckedFolder, TextThatNormalisesToNothingIsRejected) {
  write_text(folder_ / "metadata.csv", "good|Good text\nx|123 !\n");
  write_sound(folder_ / "wavs/x.wav", tone(1));
  const CheckedDataset checked = check(folder_.path());
  ASSERT_THAT(checked.findings, SizeIs(1));
  EXPECT_THAT(checked.findings[0].reason, HasSubstr("after normalisation"));
}

TEST_F(CheckedFolder, TooManyTokensAreRejected) {
  write_sound(folder_ / "wavs/x.wav", tone(1));
  write_text(folder_ / "metadata.csv", "good|short\nx|exactly too long\n");
  config::DataSettings settings;
  settings.max_text_tokens = 15;
  CheckedDataset checked = check(folder_.path(), settings);
  EXPECT_THAT(checked.dataset.clip(0).tokens, IsEmpty());
  assign_tokens(checked, settings, letters);
  ASSERT_THAT(checked.findings, SizeIs(1));
  EXPECT_THAT(checked.findings[0].reason, HasSubstr("16 tokens"));
  EXPECT_EQ(checked.total, 2U);
  EXPECT_EQ(checked.dataset.clip(0).tokens, letters("short"));
  settings.max_text_tokens = 16;
  EXPECT_THAT(check(folder_.path(), settings, letters).findings, IsEmpty());
}

TEST_F(CheckedFolder, WithoutRecordingsTheFolderIsNamed) {
  std::filesystem::remove_all(folder_ / "wavs");
  EXPECT_THAT(message_of<core::DataError>([&] { (void)check(folder_.path()); }),
              HasSubstr((folder_ / "wavs").string()));
}

std::vector<Finding> rejections(std::size_t count) {
  std::vector<Finding> list;
  for (std::size_t i = 0; i < count; ++i)
    list.push_back({Defect::kUnreadable, "clip" + std::to_string(i), "metadata.csv:1", "", "silent"});
  return list;
}

TEST(RejectionLimit, UpToTheShareARunStarts) {
  core::Console console;
  EXPECT_NO_THROW(enforce_rejection_limit(rejections(5), 100, 0.05, console));
  EXPECT_NO_THROW(enforce_rejection_limit({}, 100, 0, console));
  const auto over = [&] { enforce_rejection_limit(rejections(6), 100, 0.05, console); };
  EXPECT_THAT(message_of<core::DataError>(over),
              AllOf(HasSubstr("6 of 100"), HasSubstr("5 %"), HasSubstr("--max-rejected")));
}

TEST(RejectionLimit, WithNothingLeftNoShareHelps) {
  core::Console console;
  EXPECT_THROW(enforce_rejection_limit(rejections(3), 3, 1.0, console), core::DataError);
  EXPECT_THAT(message_of<core::DataError>([&] { enforce_rejection_limit({}, 0, 0.05, console); }),
              HasSubstr("names no clips"));
}

TEST(RejectionLimit, EachRejectedClipIsShown) {
  core::Console console;
  std::vector<std::string> lines;
  console.keep_in([&](std::string_view line) { lines.emplace_back(line); });
  enforce_rejection_limit(rejections(20), 1000, 0.05, console);
  EXPECT_THAT(lines, SizeIs(20));
  EXPECT_THAT(lines[7], AllOf(HasSubstr("clip7"), HasSubstr("metadata.csv:1"), HasSubstr("silent")));
  lines.clear();
  enforce_rejection_limit(rejections(50), 1000, 0.05, console);
  EXPECT_THAT(lines, SizeIs(50));
}

TEST(RealSpeech, TwentyFourClipsOfLjSpeechPassTheCheck) {
  const core::Path folder = support::real_speech();
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << support::real_speech() << " does not exist";
  const CheckedDataset checked = check(folder, {}, letters);
  EXPECT_THAT(checked.findings, IsEmpty());
  ASSERT_EQ(checked.dataset.size(), 24U);
  EXPECT_EQ(checked.dataset.clip(0).id, "LJ001-0001");
  EXPECT_EQ(checked.dataset.clip(0).audio.sample_rate_hz, 22050);
  EXPECT_EQ(checked.dataset.clip(0).audio.frames, 212893);
  const dataset::Utterance utterance = checked.dataset.get(0);
  EXPECT_EQ(utterance.samples.mono.size(), 212893U);
  EXPECT_GT(*std::ranges::max_element(utterance.samples.mono), 0.1F);
}

TEST(RealSpeech, ThreeThousandHeadersAreReadQuickly) {
  const core::Path source = support::real_speech() / "wavs/LJ001-0001.flac";
  if (!std::filesystem::exists(source)) GTEST_SKIP() << support::real_speech() << " does not exist";
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "wavs");
  std::filesystem::copy_file(source, folder / "recording.flac");
  std::string manifest;
  for (int i = 0; i < 3000; ++i) {
    const std::string id = "clip" + std::to_string(i);
    std::filesystem::create_symlink("../recording.flac", folder / ("wavs/" + id + ".flac"));
    manifest += id + "|some text\n";
  }
  write_text(folder / "metadata.csv", manifest);
  const std::clock_t start = std::clock();  // of this program alone
  EXPECT_EQ(check(folder.path()).dataset.size(), 3000U);
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  RecordProperty("milliseconds", std::to_string(1000 * seconds));
  EXPECT_LT(seconds, 3.0);  // about 0.2 s on a machine that does nothing else
}

TEST_F(CheckedFolder, ATextIsReadInTheLanguageOfItsRow) {
  std::filesystem::copy_file(folder_ / "wavs/good.wav", folder_ / "wavs/x.wav");
  write_text(folder_ / "metadata.csv", "audio,text,language\ngood,Some text,\nx,Some text,fa-IR\n");
  core::FileSystem& files = core::local_file_system();
  CheckedDataset checked =
      check_data_set(files, manifest::read_manifest(files, folder_.path(), manifest::Subset::kAll), {},
                     [](std::string_view, const std::string& language) { return "text in " + language; });
  assign_tokens(checked, {}, [](std::string_view, const std::string& language) { return letters(language); });
  EXPECT_EQ(checked.dataset.clip(0).text, "text in ");
  EXPECT_THAT(checked.dataset.clip(0).tokens, IsEmpty());
  EXPECT_EQ(checked.dataset.clip(1).text, "text in fa");
  EXPECT_EQ(checked.dataset.clip(1).tokens, letters("fa"));
}

TEST_F(CheckedFolder, ALanguageThatIsUnknownIsRejected) {
  std::filesystem::copy_file(folder_ / "wavs/good.wav", folder_ / "wavs/x.wav");
  write_text(folder_ / "metadata.csv", "audio,text,language\ngood,Some text,en\nx,Ein Text,de\n");
  const CheckedDataset checked = check(folder_.path());
  ASSERT_THAT(checked.findings, SizeIs(1));
  EXPECT_EQ(checked.findings[0].defect, Defect::kUnknownLanguage);
  EXPECT_TRUE(checked.findings[0].is_rejection());
  EXPECT_EQ(checked.findings[0].reason, "its language is 'de'; known are en, fa");
}

TEST_F(CheckedFolder, AKnownRecordingThatIsLostKeepsItsPlace) {
  write_text(folder_ / "metadata.csv", "x|Some text\ny|More text\ngood|Good text\n");
  dataset::KnownRecordings known;
  dataset::Clip lost;
  lost.id = "x";
  lost.where = "metadata.csv:1";
  lost.audio = {.sample_rate_hz = 22050, .channels = 1, .frames = 30000};
  known.add("train", std::vector<dataset::Clip>{lost});
  known = dataset::KnownRecordings::from_json(known.to_json());
  core::FileSystem& files = core::local_file_system();
  const CheckedDataset checked =
      check_data_set(files, manifest::read_manifest(files, folder_.path(), manifest::Subset::kAll), {}, keep_letters,
                     Depth::kHeaders, [&](const manifest::ManifestRow& row) { return known.find("train", row); });
  EXPECT_EQ(count_rejected(checked.findings), 2U);
  ASSERT_EQ(checked.dataset.size(), 2U);
  EXPECT_EQ(checked.dataset.clip(0).id, "x");
  EXPECT_TRUE(checked.dataset.clip(0).is_lost);
  EXPECT_EQ(checked.dataset.clip(0).audio.frames, 30000);
  EXPECT_FALSE(checked.dataset.clip(1).is_lost);
}

}  // namespace
}  // namespace myxtts::quality
