#include "text/sentences.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/error.hpp"
#include "text/unicode.hpp"

namespace myxtts::text {
namespace {

using ::testing::ElementsAre;

std::string without_spaces(std::string text) {
  std::erase(text, ' ');
  return text;
}

TEST(Sentences, EndAtFullStopsAndNotAtAbbreviations) {
  EXPECT_THAT(split_sentences("One. Two! Three? Four", 100), ElementsAre("One.", "Two!", "Three?", "Four"));
  EXPECT_THAT(split_sentences("Dr. Smith met J. Doe in the U.S. army. It cost 3.5 dollars.", 100),
              ElementsAre("Dr. Smith met J. Doe in the U.S. army.", "It cost 3.5 dollars."));
  EXPECT_THAT(split_sentences("\"Go.\" He went (there.) And on", 100),
              ElementsAre("\"Go.\"", "He went (there.)", "And on"));
  EXPECT_THAT(split_sentences("آمدی؟ بله، آمدم.", 100), ElementsAre("آمدی؟", "بله، آمدم."));
  EXPECT_THAT(split_sentences("I said no. Then I left.", 100), ElementsAre("I said no.", "Then I left."));
}

TEST(Sentences, EndWithTheirLastWord) {
  for (const char* text : {"And so.", "so!", "She said \"no?\"", "آمدی؟"}) EXPECT_TRUE(ends_sentence(text)) << text;
  for (const char* text : {"", " ", "so", "I met Dr.", "so, ", "so. "}) EXPECT_FALSE(ends_sentence(text)) << text;
}

TEST(Sentences, LongOnesAreSplitAtClausesThenWordsThenCharacters) {
  EXPECT_THAT(split_sentences("first part, second part, third part.", 25),
              ElementsAre("first part, second part,", "third part."));
  EXPECT_THAT(split_sentences("بله، آمدم و رفتم", 12), ElementsAre("بله،", "آمدم و رفتم"));
  EXPECT_THAT(split_sentences("no clause in here at all", 10), ElementsAre("no clause", "in here at", "all"));
  EXPECT_THAT(split_sentences("abcdefghij klm", 4), ElementsAre("abcd", "efgh", "ij", "klm"));
}

TEST(Sentences, OfNothingAreNone) {
  EXPECT_TRUE(split_sentences("", 10).empty());
  EXPECT_TRUE(split_sentences(" \n\t ", 10).empty());
}

TEST(Sentences, KeepEveryCharacterWithinTheLimit) {
  const std::string text = "Ünïcode wörds, and more: a-b; c - d. Mr. X says: nothing! Yes? yes... ok averyverylongword";
  for (std::size_t limit = 1; limit < 60; ++limit) {
    std::string joined;
    for (const std::string& piece : split_sentences(text, limit)) {
      EXPECT_LE(count_characters(piece), limit);
      EXPECT_FALSE(piece.empty());
      joined += piece;
    }
    EXPECT_EQ(without_spaces(joined), without_spaces(text)) << limit;
  }
}

TEST(Sentences, RefuseBrokenTextAndNoRoom) {
  EXPECT_THROW(static_cast<void>(split_sentences("a\xff", 10)), core::DataError);
  EXPECT_THROW(static_cast<void>(split_sentences("a", 0)), core::ConfigError);
}

}  // namespace
}  // namespace myxtts::text
