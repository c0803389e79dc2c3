#include "sample_data/slot_grammar.hpp"

#include <gtest/gtest.h>

#include <set>

#include "core/error.hpp"

namespace myxtts::sample_data {
namespace {

TEST(SlotGrammar, GivesEverySentenceOnce) {
  const SlotGrammar grammar("public <s> = the <noun> <verb>;\n<noun> = cat | old dog;\n<verb> = runs | sits | eats;\n");
  ASSERT_EQ(grammar.sentence_count(), 6U);
  std::set<std::string> sentences;
  for (std::uint64_t i = 0; i < 6; ++i) sentences.insert(grammar.sentence(i));
  EXPECT_EQ(sentences, (std::set<std::string>{"the cat runs", "the cat sits", "the cat eats", "the old dog runs",
                                              "the old dog sits", "the old dog eats"}));
}

TEST(SlotGrammar, RefusesUnreadableRules) {
  EXPECT_THROW(SlotGrammar("<noun> = cat;\n"), core::DataError);                       // no public rule
  EXPECT_THROW(SlotGrammar("public <s> = the <noun>;\n"), core::DataError);            // no such slot
  EXPECT_THROW(SlotGrammar("public <s> = the <n>;\n<n> = cat |\n"), core::DataError);  // cut short
}

}  // namespace
}  // namespace myxtts::sample_data
