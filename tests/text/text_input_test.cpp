#include "text/text_input.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.hpp"
#include "support/fake_file_system.hpp"
#include "support/places.hpp"
#include "text/golden_text.hpp"
#include "text/tokenizer.hpp"

namespace myxtts::text {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

config::TextSettings with_vocabulary(const std::string& vocabulary) {
  config::TextSettings settings;
  settings.vocabulary = vocabulary;
  return settings;
}

Tokenizer learned(const std::vector<std::string>& texts, const std::string& vocabulary) {
  return Tokenizer(formats::parse_tokenizer_json(learn_vocabulary(texts, with_vocabulary(vocabulary)), "learned"));
}

TEST(TextInput, PhonemesAreThoseOfTheNormalisedText) {
  config::TextSettings settings;
  EXPECT_EQ(make_text_input(settings)->normalise("2 cats"), "two cats");
  settings.input = "phonemes";
  EXPECT_EQ(make_text_input(settings)->normalise("2 cats"), "tˈuː kˈæts");
}

TEST(LearnVocabulary, IsOfCharactersOrOfBytePairs) {
  const std::vector<std::string> texts{"the cat and the other cat"};
  EXPECT_EQ(learned(texts, "characters").vocabulary_size(), 5 + 34);
  const Tokenizer pairs = learned(texts, "64");
  EXPECT_GT(pairs.vocabulary_size(), 5 + 34);
  EXPECT_EQ(pairs.encode("the cat", "en").size(), 4U);  // [en] the [SPACE] cat
}

class ReadVocabulary : public ::testing::Test {
 protected:
  [[nodiscard]] std::string refusal(const std::string& content) {
    const core::Path file = folder_.path() / "vocab.json";
    core::write_atomically(core::local_file_system(), file, content);
    try {
      static_cast<void>(read_vocabulary(core::local_file_system(), with_vocabulary(file.string())));
    } catch (const core::DataError& error) {
      EXPECT_THAT(error.what(), HasSubstr(file.string()));
      return error.what();
    }
    return "no error";
  }

  support::TemporaryFolder folder_;
};

TEST_F(ReadVocabulary, IsTheFileAsItIs) {
  const std::string golden = support::source_folder() / "tests/golden/text/byte_pairs.json";
  EXPECT_EQ(read_vocabulary(core::local_file_system(), with_vocabulary(golden)), read_golden("byte_pairs.json"));
  EXPECT_EQ(read_vocabulary(core::local_file_system(), with_vocabulary("characters")), "");
  EXPECT_EQ(read_vocabulary(core::local_file_system(), with_vocabulary("1024")), "");
}

TEST_F(ReadVocabulary, NamesTheFileThePlaceAndWhatToDo) {
  const std::string good = read_golden("bpe.json");
  EXPECT_THAT(refusal(good.substr(0, good.size() / 2)),
              AllOf(HasSubstr("it ends at byte " + std::to_string(good.size() / 2)), HasSubstr("Copy it again")));
  EXPECT_THAT(refusal(""), HasSubstr("it ends at byte 0"));
  EXPECT_THAT(refusal("weights"), HasSubstr("not JSON at byte 1"));
  EXPECT_THAT(refusal(R"({"a": 0, "b": 1})"), HasSubstr("'pre_tokenizer' is missing"));
  EXPECT_THAT(refusal(learn_vocabulary({}, {.language = "fa", .input = "characters", .vocabulary = "characters"})),
              HasSubstr("an added token [en]"));
  auto file = formats::parse_tokenizer_json(good, "good");
  file.added_tokens.erase(file.added_tokens.begin());
  EXPECT_THAT(refusal(formats::write_tokenizer_json(file)), HasSubstr("'[STOP]'"));
}

TEST_F(ReadVocabulary, MissingFileIsNamed) {
  try {
    static_cast<void>(read_vocabulary(core::local_file_system(), with_vocabulary("nowhere.json")));
    FAIL() << "no error";
  } catch (const core::DataError& error) {
    EXPECT_THAT(error.what(), HasSubstr("text.vocabulary: 'nowhere.json'"));
  }
}

TEST(TextInputs, EachTextIsReadInItsLanguage) {
  const TextInputs inputs((config::TextSettings()));
  EXPECT_EQ(inputs.normalise("2 cats", ""), "two cats");
  EXPECT_EQ(inputs.normalise("2 cats", "en"), "two cats");
  EXPECT_EQ(inputs.normalise("۲ گربه", "fa"), "دو گربه");
}

TEST(TextInputs, TheSettingsLanguageMustBeKnown) {
  config::TextSettings settings;
  settings.language = "de";
  EXPECT_THROW(TextInputs inputs(settings), core::ConfigError);
}

TEST(LearnVocabulary, HoldsEveryLanguageOfTheSet) {
  const std::vector<std::string> texts{"the cat", "دو گربه"};
  const config::TextSettings settings = with_vocabulary("characters");
  const Tokenizer tokenizer(formats::parse_tokenizer_json(learn_vocabulary(texts, settings, {"en", "fa"}), "learned"));
  EXPECT_THAT(tokenizer.languages(), ::testing::ElementsAre("en", "fa"));
  const auto english = encode_text(tokenizer, settings, "a", "");
  const auto persian = encode_text(tokenizer, settings, "ژ", "fa");
  EXPECT_EQ(english, tokenizer.encode("a", "en"));
  EXPECT_EQ(persian, tokenizer.encode("ژ", "fa"));
  EXPECT_NE(english.front(), persian.front());
  EXPECT_NE(persian.back(), tokenizer.unknown_id());  // the alphabet is there whatever the texts are
}

TEST(EncodeText, NeedsATokenForTheLanguage) {
  const Tokenizer tokenizer = learned({"the cat"}, "characters");
  EXPECT_THROW(static_cast<void>(encode_text(tokenizer, {}, "دو", "fa")), core::DataError);
}

}  // namespace
}  // namespace myxtts::text
