#include "manifest/manifest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.hpp"
#include "media/sound_files.hpp"

namespace myxtts::manifest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::message_of;
using testing::TemporaryFolder;
using testing::write_text;

Manifest read(const TemporaryFolder& folder, Subset subset = Subset::kAll) {
  return read_manifest(core::local_file_system(), folder.path(), subset);
}

std::vector<std::string> ids(const Manifest& manifest) {
  std::vector<std::string> ids;
  for (const ManifestRow& row : manifest.rows) ids.push_back(row.id);
  return ids;
}

TEST(Manifest, TheNormalisedFieldIsUsedWhereItIsThere) {
  const TemporaryFolder folder;
  write_text(folder / "metadata.csv", "a|Dr. No|Doctor No\nb|Two fields\nc|Third is empty|\n");
  const Manifest manifest = read(folder);
  ASSERT_EQ(manifest.rows.size(), 3U);
  EXPECT_EQ(manifest.rows[0].text, "Doctor No");
  EXPECT_EQ(manifest.rows[1].text, "Two fields");
  EXPECT_EQ(manifest.rows[2].text, "Third is empty");
  EXPECT_EQ(manifest.rows[2].where, "metadata.csv:3");
  EXPECT_THAT(manifest.rejections, IsEmpty());
}

TEST(Manifest, QuotesAreText) {
  const TemporaryFolder folder;
  write_text(folder / "metadata.csv", "a|\"Open quote, she said\nb|next\n");
  EXPECT_EQ(read(folder).rows.front().text, "\"Open quote, she said");
  EXPECT_THAT(ids(read(folder)), ElementsAre("a", "b"));
}

TEST(Manifest, LineEndingsByteOrderMarkAndBlankLinesAreTolerated) {
  const TemporaryFolder folder;
  write_text(folder / "metadata.csv",
             "\xEF\xBB\xBF"
             "a|one\r\n\r\nb|two|\r\nc|caf\xC3\xA9");
  const Manifest manifest = read(folder);
  EXPECT_THAT(ids(manifest), ElementsAre("a", "b", "c"));
  EXPECT_EQ(manifest.rows[0].text, "one");
  EXPECT_EQ(manifest.rows[1].text, "two");
  EXPECT_EQ(manifest.rows[2].where, "metadata.csv:4");
  EXPECT_THAT(manifest.rejections, IsEmpty());
}

TEST(Manifest, ANameMayBeAPathInsideTheFolder) {
  const TemporaryFolder folder;
  write_text(folder / "metadata.csv", "./wavs/a.wav|one\nbook 1\\b|two\n c |three\nd..e|four\n");
  EXPECT_THAT(ids(read(folder)), ElementsAre("wavs/a.wav", "book 1/b", "c", "d..e"));
}

TEST(Manifest, TheFileAndHowItWasReadAreSaid) {
  const TemporaryFolder folder;
  write_text(folder / "metadata_train.jsonl", "{\"audio\": \"a\", \"text\": \"one\"}\n");
  write_text(folder / "metadata_eval.tsv", "b\ttwo\n");
  const Manifest manifest = read(folder);
  EXPECT_THAT(ids(manifest), ElementsAre("a", "b"));
  EXPECT_EQ(manifest.layout, "metadata_train.jsonl: JSON lines; metadata_eval.tsv: tabs, no header line");
  write_text(folder / "metadata.csv", "c|three\n");
  EXPECT_EQ(read(folder).layout, "metadata.csv: LJSpeech lines");
}

TEST(Manifest, EachSubsetHasItsFileAndFallsBackOnTheWhole) {
  const TemporaryFolder folder;
  write_text(folder / "metadata.csv", "whole|text\n");
  for (const Subset subset : {Subset::kTrain, Subset::kEvaluation, Subset::kAll}) {
    EXPECT_THAT(ids(read(folder, subset)), ElementsAre("whole"));
  }
  write_text(folder / "metadata_train.csv", "train|text\n");
  write_text(folder / "metadata_eval.csv", "eval|text\n");
  EXPECT_THAT(ids(read(folder, Subset::kTrain)), ElementsAre("train"));
  EXPECT_THAT(ids(read(folder, Subset::kEvaluation)), ElementsAre("eval"));
  EXPECT_THAT(ids(read(folder, Subset::kAll)), ElementsAre("whole"));
  std::filesystem::remove(folder / "metadata.csv");
  EXPECT_THAT(ids(read(folder, Subset::kAll)), ElementsAre("train", "eval"));
  std::filesystem::remove(folder / "metadata_train.csv");
  EXPECT_THAT(ids(read(folder, Subset::kAll)), ElementsAre("eval"));
  EXPECT_THROW((void)read(folder, Subset::kTrain), core::DataError);
}

TEST(Manifest, EachUnusableLineIsRejectedWithItsPlaceAndReason) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"x", "1 fields"},
      {"x|a|b|c", "4 fields"},
      {"x|", "text is empty"},
      {"x| \t|", "text is empty"},
      {"|text", "id is empty"},
      {"../secret|text", "'..'"},
      {"/etc/passwd|text", "absolute"},
      {"folder/../x|text", "'..'"},
      {"C:\\x.wav|text", "absolute"},
      {"x\ty|text", "control character"},
      {"x|broken \xFF", "not UTF-8"},
      {"x|cut short \xC3", "not UTF-8"},
      {"x|overlong \xC0\xAF", "not UTF-8"},
      {"x|surrogate \xED\xA0\x80", "not UTF-8"},
      {"x|beyond \xF4\x90\x80\x80", "not UTF-8"},
      {"broken \xFF|text", "id is not UTF-8"},
      {"good|the same id again", "same as in metadata.csv:1"},
  };
  for (const auto& [line, reason] : table) {
    const TemporaryFolder folder;
    write_text(folder / "metadata.csv", "good|text \xF0\x9F\x8E\xA4\n" + line + "\nlast|text\n");
    const Manifest manifest = read(folder);
    EXPECT_THAT(ids(manifest), ElementsAre("good", "last")) << line;
    ASSERT_EQ(manifest.rejections.size(), 1U) << line;
    EXPECT_EQ(manifest.rejections[0].where, "metadata.csv:2");
    EXPECT_THAT(manifest.rejections[0].reason, HasSubstr(reason));
  }
}

TEST(Manifest, FoldersWithoutAReadableManifestAreErrorsThatNameThem) {
  const TemporaryFolder folder;
  EXPECT_THAT(message_of<core::DataError>([&] { (void)read(folder); }),
              AllOf(HasSubstr(folder.path().string()), HasSubstr("metadata.csv")));
  std::filesystem::create_directory(folder / "metadata.csv");
  EXPECT_THAT(message_of<core::DataError>([&] { (void)read(folder); }), HasSubstr("metadata.csv"));
  const auto read_nothing = [&] { (void)read_manifest(core::local_file_system(), folder / "nowhere", Subset::kTrain); };
  EXPECT_THAT(message_of<core::DataError>(read_nothing), AllOf(HasSubstr("no such folder"), HasSubstr("nowhere")));
  write_text(folder / "file", "x");
  const auto read_under_file = [&] { (void)read_manifest(core::local_file_system(), folder / "file", Subset::kAll); };
  EXPECT_THAT(message_of<core::DataError>(read_under_file), HasSubstr((folder / "file").string()));
}

TEST(Manifest, SpeakersComeFromTheirList) {
  const TemporaryFolder folder;
  write_text(folder / "metadata.csv", "a|one\nb|two\nc|three\n");
  EXPECT_EQ(read(folder).rows[0].speaker, "");
  write_text(folder / "speakers.csv", "b|Linda\r\na|Keith\r\n");
  const Manifest manifest = read(folder);
  EXPECT_EQ(manifest.rows[0].speaker, "Keith");
  EXPECT_EQ(manifest.rows[1].speaker, "Linda");
  EXPECT_EQ(manifest.rows[2].speaker, "");
}

TEST(Manifest, ItsOwnColumnOfSpeakersComesFirst) {
  const TemporaryFolder folder;
  write_text(folder / "metadata.csv", "audio,text,speaker\na,one,Ann\nb,two,\n");
  write_text(folder / "speakers.csv", "a|Keith\nb|Linda\n");
  EXPECT_EQ(read(folder).rows[0].speaker, "Ann");
  EXPECT_EQ(read(folder).rows[1].speaker, "Linda");
}

TEST(Manifest, ADamagedListOfSpeakersIsAnErrorWithItsLine) {
  for (const char* damage : {"a", "a|b|c", "|b", "b|Keith\nb|Linda", "a|\xFF"}) {
    const TemporaryFolder folder;
    write_text(folder / "metadata.csv", "a|one\n");
    write_text(folder / "speakers.csv", damage);
    EXPECT_THAT(message_of<core::DataError>([&] { (void)read(folder); }), HasSubstr("speakers.csv:")) << damage;
  }
}

}  // namespace
}  // namespace myxtts::manifest
