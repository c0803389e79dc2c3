#include "sample_data/sentences.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "core/error.hpp"
#include "sample_data/embedded_texts.hpp"
#include "sample_data/slot_grammar.hpp"

namespace myxtts::sample_data {
namespace {

TEST(SlotSentences, AreThereInEveryLanguage) {
  for (const std::string& language : sentence_languages()) {
    EXPECT_EQ(slot_grammar(language).sentence_count(), 12ULL * 12 * 8 * 12 * 12 * 8) << language;
    EXPECT_EQ(slot_sentences(language, 100, 1).size(), 100U);
    EXPECT_GE(natural_sentences(language).size(), 50U);
  }
  EXPECT_THAT(slot_sentences("fa", 1, 1).front(), testing::HasSubstr(" را "));
  EXPECT_THROW((void)slot_sentences("xx", 1, 1), core::UsageError);
}

TEST(Sentences, TheGrammarHasTheRecipesSize) {
  EXPECT_EQ(slot_grammar("en").sentence_count(), 12ULL * 12 * 8 * 12 * 12 * 8);
}

TEST(Sentences, SlotSentencesAreDistinctAndDecidedByTheSeed) {
  const auto sentences = slot_sentences("en", 3000, 1);
  EXPECT_EQ(std::set<std::string>(sentences.begin(), sentences.end()).size(), 3000U);
  EXPECT_EQ(slot_sentences("en", 3000, 1), sentences);
  EXPECT_NE(slot_sentences("en", 3000, 2), sentences);
  const auto shorter = slot_sentences("en", 100, 1);
  EXPECT_TRUE(std::equal(shorter.begin(), shorter.end(), sentences.begin()));
}

TEST(Sentences, UnseenSentencesAreNeverTrainedOn) {
  EXPECT_TRUE(std::ranges::none_of(slot_sentences("en", 5000, 7), is_unseen));
  const auto unseen = unseen_slot_sentences("en", 100, 7);
  EXPECT_EQ(std::set<std::string>(unseen.begin(), unseen.end()).size(), 100U);
  EXPECT_TRUE(std::ranges::all_of(unseen, is_unseen));
}

TEST(Sentences, RefusesMoreThanThereAre) {
  EXPECT_THROW((void)slot_sentences("en", 1'000'000, 1), core::UsageError);
  EXPECT_THROW((void)unseen_slot_sentences("en", 50'000, 1), core::UsageError);
  EXPECT_THROW((void)natural_sentences("en", natural_sentences("en").size() + 1, 1), core::UsageError);
}

TEST(Sentences, NaturalSentencesAreManyAndDistinct) {
  const auto sentences = natural_sentences("en");
  EXPECT_GE(sentences.size(), 150U);
  EXPECT_EQ(std::set<std::string>(sentences.begin(), sentences.end()).size(), sentences.size());
  const auto some = natural_sentences("en", 20, 3);
  EXPECT_EQ(some.size(), 20U);
  EXPECT_EQ(natural_sentences("en", 20, 3), some);
  EXPECT_NE(natural_sentences("en", 20, 4), some);
}

}  // namespace
}  // namespace myxtts::sample_data
