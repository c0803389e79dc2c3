#include "synthesis/utterances.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "core/error.hpp"

namespace myxtts::synthesis {
namespace {

class UtterancesTest : public ::testing::Test {
 protected:
  static text::Tokenizer make_tokenizer() {
    const std::vector<std::string> languages{"en"};
    return text::Tokenizer(text::Tokenizer::character_vocabulary({}, languages));
  }

  [[nodiscard]] std::vector<Utterance> read(std::string_view text, std::size_t max_characters = kMaxCharacters) const {
    return utterances_of(text, {*normaliser_, tokenizer_, "en"}, 10, max_characters);
  }

  // What the utterances say, a space between them.
  [[nodiscard]] std::string said(const std::vector<Utterance>& utterances) const {
    std::string all;
    for (const Utterance& utterance : utterances) {
      if (!all.empty()) all += ' ';
      all += tokenizer_.decode(utterance.text);
    }
    return all;
  }

  std::unique_ptr<text::Normaliser> normaliser_ = text::make_normaliser("en");
  text::Tokenizer tokenizer_ = make_tokenizer();
};

TEST_F(UtterancesTest, AShortTextStaysWhole) {
  const auto utterances = read("It rained. We left.");
  ASSERT_EQ(utterances.size(), 1U);
  EXPECT_EQ(utterances[0].index, 10U);
  EXPECT_EQ(said(utterances), "it rained. we left.");
}

TEST_F(UtterancesTest, ALongTextIsSplitAndLosesNothing) {
  const std::string sentence = "The old boat follows the river, slowly, under 12 bridges. ";
  std::string text;
  for (int i = 0; i < 20; ++i) text += sentence;
  const auto utterances = read(text);
  EXPECT_GE(utterances.size(), 5U);
  for (std::size_t i = 0; i < utterances.size(); ++i) EXPECT_EQ(utterances[i].index, 10 + i);
  EXPECT_EQ(said(utterances), normaliser_->normalise(text));
}

TEST_F(UtterancesTest, WhatGrowsTooLongWhenItIsSpelledOutIsSplitMoreFinely) {
  std::string text;
  for (int i = 0; i < 20; ++i) text += "777777777 ";
  const auto utterances = read(text);
  EXPECT_GT(utterances.size(), 1U);
  for (const Utterance& utterance : utterances) {
    EXPECT_LE(static_cast<std::int64_t>(utterance.text.size()), kMaxTextTokens);
  }
  EXPECT_EQ(said(utterances), normaliser_->normalise(text));
}

TEST_F(UtterancesTest, SignsAloneAreNotSpoken) {
  EXPECT_EQ(read("It rained. ... We left.", 12).size(), 2U);
  EXPECT_THROW((void)read("... !"), core::DataError);
  EXPECT_THROW((void)read(""), core::DataError);
}

TEST_F(UtterancesTest, CharactersThatTheVocabularyLacksAreNotSpokenAlone) {
  EXPECT_THROW((void)read("\u4f60\u597d."), core::DataError);
  EXPECT_EQ(read("\u4f60 a.").size(), 1U);
}

TEST(Join, KeepsEverySampleAndPutsSilenceBetween) {
  const std::vector<std::vector<float>> pieces{{1, 2}, {}, {3}};
  const std::vector<float> whole = join(pieces, 2.0 / kSampleRateHz);
  EXPECT_EQ(whole, (std::vector<float>{1, 2, 0, 0, 0, 0, 3}));
  EXPECT_EQ(join(pieces, 0), (std::vector<float>{1, 2, 3}));
}

TEST(Join, OnePieceIsUnchanged) {
  const std::vector<std::vector<float>> pieces{{1, 2}};
  EXPECT_EQ(join(pieces), pieces[0]);
  EXPECT_TRUE(join({}).empty());
}

}  // namespace
}  // namespace myxtts::synthesis
