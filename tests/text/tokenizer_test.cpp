#include "text/tokenizer.hpp"

#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "text/golden_text.hpp"

namespace myxtts::text {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Tokenizer golden_tokenizer(const std::string& name) {
  return Tokenizer(formats::parse_tokenizer_json(read_golden(name + ".json"), name));
}

Tokenizer character_tokenizer(const std::vector<std::string>& texts) {
  const std::vector<std::string> languages{"en"};
  return Tokenizer(Tokenizer::character_vocabulary(texts, languages));
}

TEST(Tokenizer, EncodesAsTheReferenceLibraryDoes) {
  const nlohmann::json rows = nlohmann::json::parse(read_golden("encodings.json"));
  EXPECT_GE(rows.size(), 50U);
  for (const std::string vocabulary : {"characters", "bpe"}) {
    const Tokenizer tokenizer = golden_tokenizer(vocabulary);
    for (const auto& row : rows) {
      const auto text = row["text"].get<std::string>();
      const auto expected = row[vocabulary].get<std::vector<std::int32_t>>();
      EXPECT_EQ(tokenizer.encode(text, "en"), expected) << vocabulary << ": " << text;
      EXPECT_NE(tokenizer.encode(text + "a", "en"), expected) << "a changed text must not pass";
    }
  }
}

TEST(Tokenizer, EncodesAThousandSentencesAsTheReferenceLibraryDoes) {
  const Tokenizer tokenizer = golden_tokenizer("byte_pairs");
  const std::vector<std::string> sentences = golden_lines("sentences.txt");
  const std::vector<std::string> encodings = golden_lines("byte_pair_encodings.txt");
  ASSERT_EQ(sentences.size(), 1000U);
  ASSERT_EQ(encodings.size(), 1000U);
  for (std::size_t i = 0; i < sentences.size(); ++i) {
    const auto ids = tokenizer.encode(sentences[i], "en");
    EXPECT_EQ(fmt::format("{}", fmt::join(ids, " ")), encodings[i]) << "line " << i + 1 << ": " << sentences[i];
  }
}

TEST(Tokenizer, BpeNeedsItsMergesInTheirOrder) {
  auto file = formats::parse_tokenizer_json(read_golden("bpe.json"), "bpe");
  const auto right = Tokenizer(file).encode("singing things", "en");
  std::reverse(file.merges.begin(), file.merges.end());
  EXPECT_NE(Tokenizer(file).encode("singing things", "en"), right);
}

TEST(Tokenizer, DecodesWhatItEncoded) {
  for (const std::string vocabulary : {"characters", "bpe"}) {
    const Tokenizer tokenizer = golden_tokenizer(vocabulary);
    EXPECT_EQ(tokenizer.decode(tokenizer.encode("it's a nice day, isn't it?", "en")), "it's a nice day, isn't it?");
  }
  const Tokenizer tokenizer = golden_tokenizer("characters");
  EXPECT_EQ(tokenizer.decode(tokenizer.encode("aéb", "en")), "a\uFFFDb");
  EXPECT_EQ(tokenizer.decode(std::vector<std::int32_t>{3, 5, 0}), "!");
  EXPECT_THROW(static_cast<void>(tokenizer.decode(std::vector<std::int32_t>{999})), core::DataError);
  EXPECT_THROW(static_cast<void>(tokenizer.decode(std::vector<std::int32_t>{-1})), core::DataError);
}

TEST(Tokenizer, MakesAVocabularyOfCharacters) {
  const Tokenizer tokenizer = character_tokenizer({"naïve café", "b"});
  EXPECT_EQ(tokenizer.stop_id(), 0);
  EXPECT_EQ(tokenizer.unknown_id(), 1);
  EXPECT_EQ(tokenizer.start_id(), 3);
  EXPECT_THAT(tokenizer.languages(), ElementsAre("en"));
  EXPECT_EQ(tokenizer.vocabulary_size(), 5 + 34 + 2);  // and ï, é
  EXPECT_THAT(tokenizer.encode("é ï", "en"), ElementsAre(4, 39, 2, 40));
  EXPECT_EQ(tokenizer.encode("!", "en"), (std::vector<std::int32_t>{4, 5}));  // the lowest code point comes first
}

TEST(Tokenizer, VocabularyDoesNotDependOnTheOrderOfTexts) {
  const std::vector<std::string> languages{"en"}, texts{"ä", "ö ü"}, reversed{"ü ö", "ä"};
  EXPECT_EQ(formats::write_tokenizer_json(Tokenizer::character_vocabulary(texts, languages)),
            formats::write_tokenizer_json(Tokenizer::character_vocabulary(reversed, languages)));
}

TEST(Tokenizer, CountsUnknownCharacters) {
  const Tokenizer tokenizer = character_tokenizer({});
  EXPECT_THAT(tokenizer.unknown_characters("a é 日é"), ElementsAre("é", "日", "é"));
  EXPECT_TRUE(tokenizer.unknown_characters("plain, text!").empty());
}

TEST(Tokenizer, RefusesAnUnknownLanguageAndBrokenText) {
  const Tokenizer tokenizer = character_tokenizer({});
  try {
    static_cast<void>(tokenizer.encode("hallo", "de"));
    FAIL();
  } catch (const core::ConfigError& error) {
    EXPECT_THAT(error.what(), HasSubstr("'de'; expected one of en"));
  }
  EXPECT_THROW(static_cast<void>(tokenizer.encode("\xff", "en")), core::DataError);
}

TEST(Tokenizer, RefusesAVocabularyWithoutItsSpecialTokens) {
  for (const char* missing : {"[STOP]", "[SPACE]", "[START]"}) {
    auto file = Tokenizer::character_vocabulary({}, {});
    std::erase_if(file.added_tokens, [&](const auto& token) { return token.content == missing; });
    EXPECT_THROW(Tokenizer{file}, core::DataError) << missing;
  }
}

TEST(Tokenizer, EncodesALongWordInReasonableTime) {
  const Tokenizer tokenizer = golden_tokenizer("bpe");
  const std::string word(200'000, 'a');
  EXPECT_LT(tokenizer.encode(word, "en").size(), word.size());
}

}  // namespace
}  // namespace myxtts::text
