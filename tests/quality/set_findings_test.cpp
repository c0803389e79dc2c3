#include "quality/set_findings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace myxtts::quality {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// `letters` letters in words of four.
std::string text_of(std::size_t letters, char letter = 'a') {
  std::string text;
  for (std::size_t i = 0; i < letters; ++i) {
    if (i > 0 && i % 4 == 0) text += ' ';
    text += letter;
  }
  return text;
}

dataset::Clip clip(const std::string& id, std::size_t letters, double seconds) {
  dataset::Clip made;
  made.id = id;
  made.where = "metadata.csv:" + id;
  made.text = text_of(letters) + " " + id;
  made.audio = {.sample_rate_hz = 22050, .channels = 1, .frames = static_cast<std::int64_t>(seconds * 22050)};
  return made;
}

// Thirty clips, spoken at 11 to 15 letters a second.
std::vector<dataset::Clip> usual_clips() {
  std::vector<dataset::Clip> clips;
  for (std::size_t i = 0; i < 30; ++i) {
    const auto letters = 20 + 4 * i;
    clips.push_back(clip(std::to_string(i), letters, static_cast<double>(letters) / (11 + static_cast<double>(i % 5))));
  }
  return clips;
}

auto named(const std::string& id, Defect defect) {
  return AllOf(Field(&Finding::id, id), Field(&Finding::defect, defect));
}

TEST(CompareClips, AnOrdinarySetHasNoFindings) {
  EXPECT_THAT(compare_clips(dataset::Dataset(usual_clips()), {}), IsEmpty());
  EXPECT_THAT(compare_clips(dataset::Dataset({clip("a", 3, 0.6), clip("b", 40, 3), clip("c", 40, 4)}), {}), IsEmpty());
}

TEST(CompareClips, TextsOfOtherClipsShowByTheirRate) {
  std::vector<dataset::Clip> clips = usual_clips();
  clips.push_back(clip("long-text", 110, 3));
  clips.push_back(clip("short-text", 8, 6));
  clips.push_back(clip("one-word", 3, 0.8));
  EXPECT_THAT(compare_clips(dataset::Dataset(clips), {}),
              ElementsAre(named("long-text", Defect::kTooFast), named("short-text", Defect::kTooSlow)));
}

TEST(CompareClips, AFifthOfWrongTextsDoesNotHideTheOthers) {
  std::vector<dataset::Clip> clips = usual_clips();
  for (int i = 0; i < 6; ++i) clips.push_back(clip("wrong" + std::to_string(i), 150, 3));
  EXPECT_THAT(compare_clips(dataset::Dataset(clips), {}), ::testing::SizeIs(6));
}

TEST(CompareClips, WithoutASetOnlyImpossibleRatesAreNamed) {
  EXPECT_THAT(compare_clips(dataset::Dataset({clip("a", 200, 2), clip("b", 2, 10), clip("c", 20, 5)}), {}),
              ElementsAre(named("a", Defect::kTooFast), named("b", Defect::kTooSlow)));
}

TEST(CompareClips, SilentEndsAreNoSpeech) {
  std::vector<dataset::Clip> clips = usual_clips();
  clips.push_back(clip("padded", 30, 8));
  std::vector<SignalMeasures> measures(clips.size());
  for (std::size_t i = 0; i < measures.size(); ++i) measures[i].content_hash = i;
  EXPECT_THAT(compare_clips(dataset::Dataset(clips), measures), ElementsAre(named("padded", Defect::kTooSlow)));
  measures.back().end_silence_seconds = 5.5;
  EXPECT_THAT(compare_clips(dataset::Dataset(clips), measures), IsEmpty());
}

TEST(CompareClips, WhatDiffersFromTheSetIsNamed) {
  std::vector<dataset::Clip> clips = usual_clips();
  clips[3].audio.sample_rate_hz = 44100;
  clips[3].audio.frames *= 2;
  clips[5].text = clips[4].text;
  clips[7].speaker = "anna";
  clips[9].text = clips[8].text;
  clips[9].speaker = clips[10].speaker = "ben";
  std::vector<SignalMeasures> measures(clips.size());
  for (std::size_t i = 0; i < measures.size(); ++i) {
    measures[i].content_hash = i;
    measures[i].loudness_lufs = -20 - static_cast<double>(i % 3);
  }
  measures[12].loudness_lufs = -33;
  measures[13].loudness_lufs = -8;
  measures[20].content_hash = 19;
  EXPECT_THAT(compare_clips(dataset::Dataset(clips), measures),
              ElementsAre(named("12", Defect::kOtherLoudness), named("13", Defect::kOtherLoudness),
                          named("3", Defect::kOtherRate), named("20", Defect::kSameRecording),
                          named("5", Defect::kSameText), named("7", Defect::kLoneSpeaker)));
}

TEST(CompareClips, AMixtureOfRatesThatIsMeantIsNoFinding) {
  std::vector<dataset::Clip> clips = usual_clips();
  for (std::size_t i = 0; i < 10; ++i) clips[i].audio.sample_rate_hz = 24000;
  EXPECT_THAT(compare_clips(dataset::Dataset(clips), {}), IsEmpty());
}

TEST(Characters, RareOnesAreNamedWithTheirCodePoints) {
  std::vector<dataset::Clip> clips = usual_clips();
  clips[2].text = "qu\u00e9 es eso";
  clips[3].text = "zwei";
  clips[4].text = "a\u2665b";
  EXPECT_THAT(rare_characters(dataset::Dataset(clips), "en"),
              ElementsAre(AllOf(named("2", Defect::kRareCharacters), Field(&Finding::reason, HasSubstr("U+00E9"))),
                          AllOf(named("4", Defect::kRareCharacters), Field(&Finding::reason, HasSubstr("U+2665")))));
  for (std::size_t i = 5; i < 8; ++i) clips[i].text = "\u00e9 " + clips[i].text;
  EXPECT_THAT(rare_characters(dataset::Dataset(clips), "en"), ElementsAre(named("4", Defect::kRareCharacters)));
  EXPECT_THAT(rare_characters(dataset::Dataset(clips), "fa"), Contains(named("3", Defect::kRareCharacters)));
}

TEST(Characters, ThoseThatAVocabularyLacksAreNamedOncePerClip) {
  const std::vector<std::string> texts = {"ab"};
  const std::vector<std::string> languages = {"en"};
  const text::Tokenizer vocabulary(text::Tokenizer::character_vocabulary(texts, languages));
  std::vector<dataset::Clip> clips = usual_clips();
  clips[1].text = "\u00f1a \u00f1o\u00e9";
  const auto findings = unknown_characters(dataset::Dataset({clips[1]}), vocabulary);
  ASSERT_THAT(findings, ElementsAre(named("1", Defect::kUnknownCharacters)));
  EXPECT_THAT(findings[0].reason, AllOf(HasSubstr("U+00F1"), HasSubstr("U+00E9")));
}

}  // namespace
}  // namespace myxtts::quality
