#include "long_recordings/alignment/text_placement.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace myxtts::long_recordings {
namespace {

using ::testing::SizeIs;

AlignedWord word(const std::string& written, double begin, double end) {
  return {.written = written, .interval = Interval{begin, end}, .letters = written.size()};
}

AlignedWord unheard(const std::string& written) {
  return {.written = written, .interval = {}, .letters = written.size()};
}

const std::vector<Interval> kPauses = {{0, 1}, {3, 3.5}, {6, 6.4}, {6.6, 7}, {9, 10}};

PhraseList place(const std::vector<AlignedWord>& words) { return place_words(words, kPauses, "talk.txt"); }

TEST(TextPlacement, PhrasesLieBetweenThePausesBetweenWords) {
  const AlignedWord dash{.written = "-", .interval = {}, .letters = 0};
  const PhraseList list =
      place({word("one", 1, 2), word("two", 2, 3.1), dash, word("three", 4, 6), word("four", 7, 9)});
  EXPECT_THAT(list.left_out, SizeIs(0));
  ASSERT_THAT(list.phrases, SizeIs(3));
  EXPECT_EQ(list.phrases[0].text, "one two -");
  EXPECT_EQ(list.phrases[0].pause_before, 0U);
  EXPECT_EQ(list.phrases[0].pause_after, 1U);
  EXPECT_EQ(list.phrases[1].text, "three");
  EXPECT_EQ(list.phrases[1].pause_after, 2U);
  EXPECT_EQ(list.phrases[2].pause_before, 3U);
  EXPECT_EQ(list.phrases[2].pause_after, 4U);
}

TEST(TextPlacement, APauseWithinAWordPartsNothing) {
  const PhraseList list = place({word("one", 1, 2), word("stopping", 2, 4.5), word("three", 4.5, 6)});
  ASSERT_THAT(list.phrases, SizeIs(1));
  EXPECT_EQ(list.phrases[0].text, "one stopping three");
}

TEST(TextPlacement, WordsThatAreNotHeardAreLeftOutWithTheirPhrase) {
  const PhraseList within = place({word("one", 1, 2), unheard("lost"), word("two", 2, 3), word("three", 4, 6)});
  ASSERT_THAT(within.phrases, SizeIs(1));
  EXPECT_EQ(within.phrases[0].text, "three");
  ASSERT_THAT(within.left_out, SizeIs(1));
  EXPECT_EQ(within.left_out[0].text, "one lost two");
  EXPECT_EQ(within.left_out[0].reason, "its text and what is heard differ");
  EXPECT_EQ(within.left_out[0].where, "talk.txt, word 1");

  const PhraseList between = place({word("one", 1.5, 3), unheard("lost"), word("three", 4, 6), unheard("end")});
  ASSERT_THAT(between.phrases, SizeIs(2));
  EXPECT_EQ(between.phrases[1].text, "three");
  ASSERT_THAT(between.left_out, SizeIs(2));
  EXPECT_EQ(between.left_out[0].text, "lost");
  EXPECT_EQ(between.left_out[1].text, "end");
}

TEST(TextPlacement, AWordThatLastsTooLongHidesOtherSpeech) {
  const PhraseList list = place({word("a", 1, 3), word("three", 4, 6)});
  ASSERT_THAT(list.phrases, SizeIs(1));
  EXPECT_EQ(list.phrases[0].text, "three");
  ASSERT_THAT(list.left_out, SizeIs(1));
}

TEST(TextPlacement, WithoutAPauseAtItsEndsAPhraseIsLeftOut) {
  const PhraseList list = place_words(std::vector{word("one", 0, 2), word("two", 2, 3)}, std::vector<Interval>{}, "t");
  EXPECT_THAT(list.phrases, SizeIs(0));
  ASSERT_THAT(list.left_out, SizeIs(1));
  EXPECT_EQ(list.left_out[0].text, "one two");
}

}  // namespace
}  // namespace myxtts::long_recordings
