#include "long_recordings/alignment/cue_placement.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace myxtts::long_recordings {
namespace {

using ::testing::SizeIs;

// Twenty characters, which take two seconds.
TimedText cue(double begin, double end, const std::string& text = "twenty characters 20") {
  return {.shown = {begin, end}, .text = text, .speaker = {}, .where = "t:1"};
}

// Speech from 1 to 3, 3.5 to 5.5 (with a short pause in it), 6 to 8, 8.5 to 10.5.
const std::vector<Interval> kPauses = {{0, 1}, {3, 3.5}, {5, 5.2}, {5.5, 6}, {8, 8.5}, {10.5, 12}};

TEST(CuePlacement, MovesTimesToThePausesAroundTheSpeech) {
  const std::vector<TimedText> cues = {cue(0.8, 3.3), cue(3.2, 5.2), cue(6.2, 8.3), cue(8.2, 10.7)};
  const PhraseList list = place_cues(cues, kPauses, 1);
  EXPECT_THAT(list.left_out, SizeIs(0));
  ASSERT_THAT(list.phrases, SizeIs(4));
  const std::vector<std::pair<std::size_t, std::size_t>> expected = {{0, 1}, {1, 3}, {3, 4}, {4, 5}};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(list.phrases[i].pause_before, expected[i].first) << i;
    EXPECT_EQ(list.phrases[i].pause_after, expected[i].second) << i;
  }
}

TEST(CuePlacement, CuesWithoutAPauseBetweenThemBecomeOnePhrase) {
  const std::vector<TimedText> cues = {cue(1, 2, "ten chars."), cue(2, 3, "another 10"), cue(3.5, 5.5)};
  const PhraseList list = place_cues(cues, kPauses, 1);
  EXPECT_THAT(list.left_out, SizeIs(0));
  ASSERT_THAT(list.phrases, SizeIs(2));
  EXPECT_EQ(list.phrases[0].text, "ten chars. another 10");
}

TEST(CuePlacement, ACueFarFromAnyPauseIsLeftOut) {
  const std::vector<Interval> pauses = {{0, 1}, {3, 3.5}, {20, 21}};
  const std::vector<TimedText> cues = {cue(1, 3), cue(8, 10)};
  const PhraseList list = place_cues(cues, pauses, 1);
  ASSERT_THAT(list.phrases, SizeIs(1));
  ASSERT_THAT(list.left_out, SizeIs(1));
  EXPECT_EQ(list.left_out[0].reason, "no pause near its begin");
}

TEST(CuePlacement, SpeechThatNoCueHoldsStaysOutOfThePhrases) {
  const std::vector<TimedText> cues = {cue(1, 3), cue(8.5, 10.5)};
  const PhraseList list = place_cues(cues, kPauses, 1);
  ASSERT_THAT(list.phrases, SizeIs(2));
  EXPECT_EQ(list.phrases[0].pause_after, 1U);
  EXPECT_EQ(list.phrases[1].pause_before, 4U);
}

TEST(CuePlacement, OfNothingIsNothing) {
  EXPECT_THAT(place_cues({}, kPauses, 1).phrases, SizeIs(0));
  EXPECT_THAT(place_cues(std::vector{cue(1, 3)}, {}, 1).left_out, SizeIs(1));
}

}  // namespace
}  // namespace myxtts::long_recordings
