#include "sample_data/sentences.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "core/error.hpp"
#include "sample_data/embedded_texts.hpp"
#include "sample_data/slot_grammar.hpp"

namespace myxtts::sample_data {
namespace {

TEST(Sentences, TheGrammarHasTheRecipesSize) {
  EXPECT_EQ(SlotGrammar(slot_sentences_jsgf()).sentence_count(), 12ULL * 12 * 8 * 12 * 12 * 8);
}

TEST(Sentences, SlotSentencesAreDistinctAndDecidedByTheSeed) {
  const auto sentences = slot_sentences(3000, 1);
  EXPECT_EQ(std::set<std::string>(sentences.begin(), sentences.end()).size(), 3000U);
  EXPECT_EQ(slot_sentences(3000, 1), sentences);
  EXPECT_NE(slot_sentences(3000, 2), sentences);
  const auto shorter = slot_sentences(100, 1);
  EXPECT_TRUE(std::equal(shorter.begin(), shorter.end(), sentences.begin()));
}

TEST(Sentences, UnseenSentencesAreNeverTrainedOn) {
  EXPECT_TRUE(std::ranges::none_of(slot_sentences(5000, 7), is_unseen));
  const auto unseen = unseen_slot_sentences(100, 7);
  EXPECT_EQ(std::set<std::string>(unseen.begin(), unseen.end()).size(), 100U);
  EXPECT_TRUE(std::ranges::all_of(unseen, is_unseen));
}

TEST(Sentences, RefusesMoreThanThereAre) {
  EXPECT_THROW((void)slot_sentences(1'000'000, 1), core::UsageError);
  EXPECT_THROW((void)unseen_slot_sentences(50'000, 1), core::UsageError);
  EXPECT_THROW((void)natural_sentences(natural_sentences().size() + 1, 1), core::UsageError);
}

TEST(Sentences, NaturalSentencesAreManyAndDistinct) {
  const auto sentences = natural_sentences();
  EXPECT_GE(sentences.size(), 150U);
  EXPECT_EQ(std::set<std::string>(sentences.begin(), sentences.end()).size(), sentences.size());
  const auto some = natural_sentences(20, 3);
  EXPECT_EQ(some.size(), 20U);
  EXPECT_EQ(natural_sentences(20, 3), some);
  EXPECT_NE(natural_sentences(20, 4), some);
}

}  // namespace
}  // namespace myxtts::sample_data
