#include "system/training_data.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "core/error.hpp"
#include "stages/run_data.hpp"
#include "system/tiny_run.hpp"

namespace myxtts::system {
namespace {

using ::testing::HasSubstr;

class LoadTrainingData : public ::testing::Test {
 protected:
  [[nodiscard]] TrainingData load(const config::Settings& settings, const std::string& tokenizer = {}) {
    return load_training_data(settings, tokenizer, console_);
  }
  [[nodiscard]] config::Settings settings_for(std::size_t clips, const std::string& name = "data") const {
    return test::tiny_settings(test::write_data_set(folder_.path() / name, clips));
  }
  static void spoil(const config::Settings& settings, const std::string& id) {
    core::write_atomically(core::local_file_system(), core::Path(settings.data.train.front()) / "wavs" / (id + ".wav"),
                           "");
  }

  support::TemporaryFolder folder_;
  core::Console console_{true};
};

TEST_F(LoadTrainingData, HoldsOutClipsByAHashOfTheirIds) {
  config::Settings settings = settings_for(test::kClips);
  settings.data.validation_share = 0.2;
  const TrainingData data = load(settings);
  std::set<std::string> ids;
  for (const dataset::Clip& clip : data.train.clips()) ids.insert(clip.id);
  for (const dataset::Clip& clip : data.validation.clips()) EXPECT_TRUE(ids.insert(clip.id).second) << clip.id;
  EXPECT_EQ(ids.size(), test::kClips);
  EXPECT_GE(data.validation.size(), 2U);
  EXPECT_LE(data.validation.size(), 25U);
  // A clip that goes leaves the others on their sides.
  spoil(settings, data.train.clip(0).id);
  const TrainingData fewer = load(settings);
  EXPECT_EQ(fewer.validation.ids(), data.validation.ids());
}

TEST_F(LoadTrainingData, SmallSetIsNotSplit) {
  const TrainingData data = load(settings_for(20));
  EXPECT_EQ(data.train.size(), 20U);
  EXPECT_EQ(data.validation.size(), 0U);
}

TEST_F(LoadTrainingData, SmallSetIsSplitWhereAShareIsAskedFor) {
  config::Settings settings = settings_for(20);
  settings.data.validation_share = 0.2;
  const TrainingData data = load(settings);
  EXPECT_GE(data.validation.size(), 1U);
  EXPECT_EQ(data.train.size() + data.validation.size(), 20U);
}

TEST_F(LoadTrainingData, SmallSetIsSplitWhereTheDefaultShareIsAskedForByName) {
  config::Settings settings = settings_for(20);
  settings.data.validation_share = config::kValidationShare;
  EXPECT_EQ(load(settings).validation.size(), 1U);
}

// config.toml held the default share as a number, asked for or not, and such a set was not split.
TEST_F(LoadTrainingData, SmallSetOfAnOlderRunStaysAsItsCheckpointHasIt) {
  config::Settings settings = settings_for(20);
  const std::string whole = checksum_of(load(settings));
  settings.data.validation_share = config::kValidationShare;
  const std::string split = checksum_of(load(settings));
  const auto resumed = [&](const std::string& checksum) {
    return load_training_data(settings, {}, console_, {.recordings = {}, .checksum = checksum});
  };
  EXPECT_EQ(resumed(whole).validation.size(), 0U);
  EXPECT_EQ(checksum_of(resumed(whole)), whole);
  EXPECT_EQ(checksum_of(resumed(split)), split);
}

TEST_F(LoadTrainingData, FolderOfHeldOutClipsTakesThePlaceOfTheSplit) {
  config::Settings settings = settings_for(test::kClips);
  settings.data.validation = settings_for(5, "held out").data.train.front();
  const TrainingData data = load(settings);
  EXPECT_EQ(data.train.size(), test::kClips);
  EXPECT_EQ(data.validation.size(), 5U);
}

TEST_F(LoadTrainingData, EveryClipHasTheTokensOfTheVocabulary) {
  const TrainingData data = load(settings_for(10));
  const text::Tokenizer tokenizer(formats::parse_tokenizer_json(data.tokenizer_json, "tokenizer.json"));
  for (const dataset::Clip& clip : data.train.clips()) {
    EXPECT_EQ(tokenizer.decode(clip.tokens), clip.text);
    EXPECT_THAT(clip.tokens, ::testing::Not(::testing::Contains(tokenizer.unknown_id())));
  }
}

TEST_F(LoadTrainingData, SuspiciousClipsAreCountedInOneLine) {
  std::vector<std::string> lines;
  console_.keep_in([&](std::string_view line) { lines.emplace_back(line); });
  const config::Settings settings = settings_for(10);
  const auto about_preflight = HasSubstr("./myxtts preflight --train-data " + settings.data.train.front());
  const TrainingData data = load(settings);
  EXPECT_THAT(lines, ::testing::Not(::testing::Contains(about_preflight)));
  core::local_file_system().append(core::Path(settings.data.train.front()) / "metadata.csv",
                                   data.train.clip(0).id + "b|see www.example.org\n");
  std::filesystem::copy_file(data.train.clip(0).file,
                             core::Path(settings.data.train.front()) / "wavs" / (data.train.clip(0).id + "b.wav"));
  lines.clear();
  EXPECT_EQ(load(settings).train.size(), 11U);
  EXPECT_THAT(lines, ::testing::Contains(AllOf(HasSubstr("1 clip looks suspicious"), about_preflight)).Times(1));
}

TEST_F(LoadTrainingData, ResumedRunKeepsItsVocabulary) {
  const config::Settings settings = settings_for(10);
  const std::string first = load(settings).tokenizer_json;
  const core::Path metadata = core::Path(settings.data.train.front()) / "metadata.csv";
  core::local_file_system().append(metadata, "clip-009b|the façade\n");
  media::write_wav(core::local_file_system(), metadata.parent_path() / "wavs" / "clip-009b.wav", test::recording(3),
                   22050);
  EXPECT_NE(load(settings).tokenizer_json, first);  // a new run learns the new letter
  const TrainingData resumed = load(settings, first);
  EXPECT_EQ(resumed.tokenizer_json, first);
  const text::Tokenizer tokenizer(formats::parse_tokenizer_json(first, "tokenizer.json"));
  EXPECT_EQ(resumed.train.size(), 11U);
  EXPECT_THAT(resumed.train.clip(10).tokens, ::testing::Contains(tokenizer.unknown_id()));
}

TEST_F(LoadTrainingData, BytePairsAreLearnedFromTheTranscripts) {
  config::Settings settings = settings_for(10);
  settings.text.vocabulary = "64";
  const TrainingData data = load(settings);
  const text::Tokenizer tokenizer(formats::parse_tokenizer_json(data.tokenizer_json, "tokenizer.json"));
  EXPECT_GT(tokenizer.vocabulary_size(), 5 + 34);
  for (const dataset::Clip& clip : data.train.clips()) {
    EXPECT_EQ(tokenizer.decode(clip.tokens), clip.text);
    EXPECT_LT(clip.tokens.size(), clip.text.size() * 3 / 4);
  }
  config::Settings other = settings;
  other.text.vocabulary = (folder_.path() / "vocab.json").string();
  core::write_atomically(core::local_file_system(), other.text.vocabulary, data.tokenizer_json);
  other.data.train = settings_for(5, "other data").data.train;
  EXPECT_EQ(load(other).tokenizer_json, data.tokenizer_json);
}

TEST_F(LoadTrainingData, PhonemesTakeThePlaceOfTheTranscripts) {
  config::Settings settings = settings_for(3);
  settings.text.input = "phonemes";
  const TrainingData data = load(settings);
  EXPECT_EQ(data.train.clip(0).text, "ðə ɹˈɛd ɹˈɛd ˈeɪ");
  const text::Tokenizer tokenizer(formats::parse_tokenizer_json(data.tokenizer_json, "tokenizer.json"));
  EXPECT_EQ(tokenizer.decode(data.train.clip(0).tokens), data.train.clip(0).text);
}

TEST_F(LoadTrainingData, RejectedClipsAreLimited) {
  config::Settings settings = settings_for(20);
  spoil(settings, "clip-003");
  EXPECT_EQ(load(settings).train.size(), 19U);  // 5 % is the limit
  spoil(settings, "clip-011");
  EXPECT_THROW((void)load(settings), core::DataError);
  settings.data.max_rejected = 0.1;
  const TrainingData data = load(settings);
  EXPECT_EQ(data.train.size(), 18U);
  EXPECT_THAT(data.train.ids(), ::testing::Not(::testing::Contains("clip-011")));
}

TEST_F(LoadTrainingData, LongTextsCountAsRejected) {
  config::Settings settings = settings_for(20);
  settings.data.max_text_tokens = 5;
  try {
    (void)load(settings);
    FAIL() << "no error";
  } catch (const core::DataError& error) {
    EXPECT_THAT(error.what(), HasSubstr("rejected"));
  }
}

TEST_F(LoadTrainingData, EvaluationReadsAllClipsWithAKnownVocabulary) {
  const config::Settings settings = settings_for(test::kClips);
  const TrainingData data = load(settings);
  const text::Tokenizer tokenizer(formats::parse_tokenizer_json(data.tokenizer_json, "tokenizer.json"));
  const dataset::Dataset all = load_data_set(settings, tokenizer, console_);
  ASSERT_EQ(all.size(), test::kClips);
  EXPECT_FALSE(all.clip(0).tokens.empty());
}

TEST_F(LoadTrainingData, ClipsOfTwoLanguagesShareAVocabulary) {
  config::Settings settings = settings_for(4);
  const core::Path folder = settings.data.train.front();
  core::write_atomically(core::local_file_system(), folder / "metadata.csv",
                         "audio,text,language\nclip-000,2 cats,en\nclip-001,۲ گربه,fa\nclip-002,cats,\n"
                         "clip-003,Katzen,de\n");
  settings.data.max_rejected = 0.3;
  const TrainingData data = load(settings);
  ASSERT_EQ(data.train.size(), 3U);  // nobody knows German
  const text::Tokenizer tokenizer = stages::tokenizer_of(data);
  EXPECT_EQ(data.train.clip(0).tokens, tokenizer.encode("two cats", "en"));
  EXPECT_EQ(data.train.clip(1).tokens, tokenizer.encode("دو گربه", "fa"));
  EXPECT_EQ(data.train.clip(2).tokens, tokenizer.encode("cats", "en"));
  for (const dataset::Clip& clip : data.train.clips()) {
    EXPECT_THAT(clip.tokens, ::testing::Not(::testing::Contains(tokenizer.unknown_id())));
  }
  EXPECT_EQ(load(settings, data.tokenizer_json).train.clip(1).tokens, data.train.clip(1).tokens);
}

}  // namespace
}  // namespace myxtts::system
