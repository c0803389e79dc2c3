#include "long_recordings/clip_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace myxtts::long_recordings {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

// Phrases of `seconds` each, with a pause of half a second before and behind each.
struct Recording {
  std::vector<Interval> pauses = {{0, 0.5}};
  std::vector<Phrase> phrases;

  void add(const std::string& text, double seconds, double pause_seconds = 0.5, const std::string& speaker = "") {
    const double begin = pauses.back().end_seconds + seconds;
    pauses.push_back({begin, begin + pause_seconds});
    phrases.push_back({.text = text,
                       .speaker = speaker,
                       .where = "t:" + std::to_string(pauses.size() - 1),
                       .pause_before = pauses.size() - 2,
                       .pause_after = pauses.size() - 1});
  }
  [[nodiscard]] ClipPlan plan(const ClipLengths& lengths = {}) const { return plan_clips(phrases, pauses, lengths); }
};

TEST(ClipPlan, JoinsPhrasesUpToWhereASentenceEnds) {
  Recording recording;
  recording.add("When he came,", 2);
  recording.add("she left.", 2);
  recording.add("Nobody knows why,", 3);
  recording.add("not even he.", 2);
  const ClipPlan plan = recording.plan();
  ASSERT_THAT(plan.clips, SizeIs(2));
  EXPECT_EQ(plan.clips[0].text, "When he came, she left.");
  EXPECT_EQ(plan.clips[1].text, "Nobody knows why, not even he.");
  EXPECT_THAT(plan.left_out, SizeIs(0));
}

TEST(ClipPlan, ClipsKeepSomeSilenceAndNeverOverlap) {
  Recording recording;
  recording.add("One.", 6, 0.1);
  recording.add("Two.", 6);
  const ClipPlan plan = recording.plan();
  ASSERT_THAT(plan.clips, SizeIs(2));
  EXPECT_DOUBLE_EQ(plan.clips[0].interval.begin_seconds, 0.5 - kKeptSilenceSeconds);
  EXPECT_DOUBLE_EQ(plan.clips[0].interval.end_seconds, 6.55);
  EXPECT_DOUBLE_EQ(plan.clips[1].interval.begin_seconds, 6.55);
}

TEST(ClipPlan, LengthsAreKept) {
  Recording recording;
  recording.add("Long.", 11);
  recording.add("S.", 0.2, 3);
  recording.add("Fine.", 3);
  const ClipPlan plan = recording.plan();
  ASSERT_THAT(plan.clips, SizeIs(1));
  EXPECT_EQ(plan.clips[0].text, "Fine.");
  ASSERT_THAT(plan.left_out, SizeIs(2));
  EXPECT_THAT(plan.left_out[0].reason, HasSubstr("longer than 11 s"));
  EXPECT_THAT(plan.left_out[1].reason, HasSubstr("shorter than 1 s"));
}

TEST(ClipPlan, SpeakersAndForeignSpeechPartClips) {
  Recording recording;
  recording.add("One,", 1.5, 0.5, "ANN");
  recording.add("two,", 1.5, 0.5, "BOB");
  recording.pauses.push_back({6.5, 7});  // behind speech that is in no phrase
  recording.add("three.", 1.5, 0.5, "BOB");
  EXPECT_THAT(recording.plan().clips, SizeIs(3));
}

TEST(ClipPlan, TextThatDoesNotFitItsSpeechIsLeftOut) {
  Recording recording;
  for (int i = 0; i < 6; ++i) recording.add("Twenty characters a.", 5);
  recording.add("Twenty characters and very many more than can be spoken in one second.", 5);
  recording.add("Few.", 5);
  const ClipPlan plan = recording.plan();
  EXPECT_THAT(plan.clips, SizeIs(6));
  ASSERT_THAT(plan.left_out, SizeIs(2));
  EXPECT_THAT(plan.left_out[0].reason, HasSubstr("more text"));
  EXPECT_THAT(plan.left_out[1].reason, HasSubstr("more speech"));
}

}  // namespace
}  // namespace myxtts::long_recordings
