#include "text/byte_pair_trainer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/error.hpp"
#include "text/golden_text.hpp"
#include "text/tokenizer.hpp"

namespace myxtts::text {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

const std::vector<std::string> kLanguages{"en"};

formats::TokenizerFile golden_file(const std::string& name) {
  return formats::parse_tokenizer_json(read_golden(name), name);
}

std::vector<std::string> every_second(const std::vector<std::string>& lines) {
  std::vector<std::string> chosen;
  for (std::size_t i = 0; i < lines.size(); i += 2) chosen.push_back(lines[i]);
  return chosen;
}

TEST(TrainBytePairs, LearnsWhatTheReferenceLibraryLearns) {
  const auto expected = golden_file("byte_pairs.json");
  std::vector<std::string> texts = every_second(golden_lines("sentences.txt"));
  EXPECT_TRUE(train_byte_pairs(texts, kLanguages, {.entries = 1000, .minimum_count = 2}) == expected);
  texts.pop_back();
  EXPECT_FALSE(train_byte_pairs(texts, kLanguages, {.entries = 1000, .minimum_count = 2}) == expected);
}

TEST(TrainBytePairs, BreaksTiesAsTheReferenceLibraryDoes) {
  std::vector<std::string> texts = golden_lines("sentences.txt");
  texts.resize(40);
  const auto trained = train_byte_pairs(texts, kLanguages, {.entries = 30000, .minimum_count = 1});
  EXPECT_EQ(trained.merges, golden_file("byte_pairs_to_the_end.json").merges);
  EXPECT_EQ(trained.vocabulary, golden_file("byte_pairs_to_the_end.json").vocabulary);
}

TEST(TrainBytePairs, OrderOfTheTextsDoesNotMatter) {
  std::vector<std::string> texts = every_second(golden_lines("sentences.txt"));
  std::ranges::reverse(texts);
  EXPECT_TRUE(train_byte_pairs(texts, kLanguages, {.entries = 1000, .minimum_count = 2}) ==
              golden_file("byte_pairs.json"));
}

TEST(TrainBytePairs, MergesTheMostFrequentPairFirstAndRunsFromTheLeft) {
  const std::vector<std::string> texts{"aaaaa ab ab ab", "cd"};
  const auto trained = train_byte_pairs(texts, kLanguages, {.entries = 100, .minimum_count = 2});
  EXPECT_THAT(trained.merges, ElementsAre(Pair("a", "a"), Pair("a", "b")));  // four times, three times; "cd" is once
  const Tokenizer tokenizer(trained);
  EXPECT_EQ(tokenizer.encode("aaaaa", "en").size(), 1U + 3U);
}

TEST(TrainBytePairs, NoTokenCrossesAWordOrItsPunctuation) {
  const std::vector<std::string> texts(10, "yes, no, yes, no");
  for (const auto& [left, right] : train_byte_pairs(texts, kLanguages, {}).merges) {
    EXPECT_EQ((left + right).find_first_of(", "), std::string::npos) << left + right;
  }
}

TEST(TrainBytePairs, WithoutRoomForMergesThereAreTheCharacters) {
  const std::vector<std::string> texts{"some words of some text"};
  const auto characters = Tokenizer::character_vocabulary(texts, kLanguages);
  const auto size = static_cast<std::int64_t>(characters.vocabulary.size());
  EXPECT_EQ(train_byte_pairs(texts, kLanguages, {.entries = size, .minimum_count = 1}), characters);
  try {
    static_cast<void>(train_byte_pairs(texts, kLanguages, {.entries = size - 1, .minimum_count = 1}));
    FAIL() << "no error";
  } catch (const core::DataError& error) {
    EXPECT_THAT(error.what(), HasSubstr("at least " + std::to_string(size) + " entries"));
  }
}

TEST(TrainBytePairs, ManySentencesAreASecondsWork) {
  std::vector<std::string> texts;
  for (int i = 0; i < 20'000; ++i) {
    texts.push_back("word" + std::to_string(i * 7919 % 10'007) + " and word" + std::to_string(i) + " are words");
  }
  const auto trained = train_byte_pairs(texts, kLanguages, {.entries = 4000, .minimum_count = 2});
  EXPECT_EQ(trained.vocabulary.size(), 4000U);
}

}  // namespace
}  // namespace myxtts::text
