#include "manifest/manifest_rows.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.hpp"

namespace myxtts::manifest {
namespace {

using ::testing::HasSubstr;

ParsedManifest parse(std::string_view text) { return parse_manifest(text, "m"); }

// The rows that are good, one a line: id / text / speaker / language.
std::string good_rows(std::string_view text) {
  std::string result;
  for (const ParsedRow& parsed : parse(text).rows) {
    if (!parsed.error.empty()) continue;
    const ManifestRow& row = parsed.row;
    result += row.id + " / " + row.text + " / " + row.speaker + " / " + row.language + "\n";
  }
  return result;
}

std::string error(std::string_view text) { return parse(text).rows.at(0).error; }

TEST(ManifestRows, HeadersOfManyProgramsAreUnderstood) {
  const std::vector<std::pair<const char*, const char*>> table{
      {"audio_file|text|speaker_name\na.wav|one|Ann\n", "a.wav / one / Ann / \n"},    // coqui
      {"file_name,transcription\na.mp3,\"one, two\"\n", "a.mp3 / one, two /  / \n"},  // audiofolder
      {"client_id\tpath\tsentence\tup_votes\tlocale\n9\ta.mp3\tone\t2\tfa\n",
       "a.mp3 / one / 9 / fa\n"},  // Common Voice
      {"id|text|normalized_text\na|1|one\nb|two|\n", "a / one /  / \nb / two /  / \n"},
      {"Audio;Text;Language\nb/a.wav;\"one; two\";de\n", "b/a.wav / one; two /  / de\n"},
      {" FILE , Text \na,one\n", "a / one /  / \n"},
      {"text,id,audio\none,7,a.wav\n", "a.wav / one /  / \n"},
      {"audio|text\na|\"He said \"\"no\"\"\"\nb|\"No,\" he said\n",
       "a / He said \"no\" /  / \nb / \"No,\" he said /  / \n"},
      {"audio,text\na,\"one\ntwo\"\n", "a / one\ntwo /  / \n"},
  };
  for (const auto& [text, rows] : table) EXPECT_EQ(good_rows(text), rows);
}

TEST(ManifestRows, LinesWithoutAHeaderHaveTheirFieldsInOrder) {
  EXPECT_EQ(good_rows("a|\"1, 2\" and 3\nb|4|four\n"), "a / \"1, 2\" and 3 /  / \nb / four /  / \n");
  EXPECT_EQ(good_rows("a\tone, two\nb\t\"three\"\n"), "a / one, two /  / \nb / three /  / \n");
  EXPECT_EQ(good_rows("a,\"one, two\"\nb,three\n"), "a / one, two /  / \nb / three /  / \n");
  EXPECT_THAT(error("a,one, two\nb,three\n"), AllOf(HasSubstr("3 fields"), HasSubstr("header line")));
}

TEST(ManifestRows, ALineWithoutItsBarDoesNotHideTheBarsOfTheOthers) {
  const ParsedManifest manifest = parse("a, b\nb|one, two\nc|three, four\n");
  EXPECT_EQ(manifest.layout, "LJSpeech lines");
  EXPECT_THAT(manifest.rows[0].error, HasSubstr("1 fields"));
  EXPECT_EQ(manifest.rows[1].row.text, "one, two");
}

TEST(ManifestRows, JsonObjectsNameTheirColumns) {
  EXPECT_EQ(good_rows("{\"audio_filepath\": \"a.wav\", \"text\": \"one\", \"offset\": 0}\n"
                      "\n{\"id\": 7, \"text\": \"two\", \"speaker\": 3, \"lang\": \"fa\"}\n"),
            "a.wav / one /  / \n7 / two / 3 / fa\n");
  EXPECT_EQ(good_rows("[{\"audio\": \"a\", \"text\": \"1\", \"normalized_text\": \"one\", \"speaker\": null}]"),
            "a / one /  / \n");
}

TEST(ManifestRows, EachPlaceIsNamed) {
  EXPECT_EQ(parse("audio,text\na,\"1\n2\"\nb,2\n").rows[1].row.where, "m:4");
  EXPECT_EQ(parse("{}\n\n{}\n").rows[1].row.where, "m:3");
  EXPECT_EQ(parse("[{}, {}]").rows[1].row.where, "m[1]");
}

TEST(ManifestRows, HowTheyWereRecognisedIsSaid) {
  EXPECT_EQ(parse("path\tsentence\n").layout, "tabs and a header line (audio: path, text: sentence)");
  EXPECT_EQ(parse("a,b\n").layout, "commas, no header line");
  EXPECT_EQ(parse("[]").layout, "a JSON array");
}

TEST(ManifestRows, EachUnusableRowIsNamedWithItsReason) {
  const std::vector<std::pair<const char*, const char*>> table{
      {"audio,text\na\n", "1 fields, the header line 2"},
      {"audio,text\na,b,c\n", "3 fields, the header line 2"},
      {"audio,text\na,\"open\n", "quote"},
      {"audio,text\na, \n", "text is empty"},
      {"audio,text\n\xFF,b\n", "id is not UTF-8"},
      {"audio,text\na,\xFF\n", "text is not UTF-8"},
      {"audio,text,speaker\na,b,\xFF\n", "speaker is not UTF-8"},
      {"audio,text,language\na,b,\xFF\n", "language is not UTF-8"},
      {"{\"audio\": \"a\"}\n", "no text"},
      {"{\"text\": \"a\"}\n", "no recording"},
      {"{\"audio\": \"a\", \"text\": [1]}\n", "'text' is not a text: [1]"},
      {"{\"audio\": \"a\", \"text\": \"b\", \"offset\": 1.5}\n", "part of a recording"},
      {"{\"audio\": \"a\", \"audio\": \"b\", \"text\": \"c\"}\n", "twice"},
      {"{\"audio\": \"a\"\n", "not JSON"},
      {"{\"audio\": \"\xFF\", \"text\": \"b\"}\n", "not JSON"},
      {"[5]", "not a JSON object"},
      {"{\"audio\": \"../a\", \"text\": \"b\"}\n", "'..'"},
  };
  for (const auto& [text, reason] : table) EXPECT_THAT(error(text), HasSubstr(reason)) << text;
}

TEST(ManifestRows, AnArrayThatIsNotJsonIsAnErrorThatNamesTheFile) {
  try {
    (void)parse("[{\"audio\": \"a\"}, ");
    ADD_FAILURE() << "no error";
  } catch (const core::DataError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("m"), HasSubstr("ends at byte 17")));
  }
}

}  // namespace
}  // namespace myxtts::manifest
