#include "planning/prompts.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>
#include <vector>

namespace myxtts::planning {
namespace {

const std::vector<std::uint32_t> kSpeaker{3, 4, 8, 11, 20};

EpochKey epoch(std::int64_t number) { return {.seed = 1, .stage = 2, .epoch = number}; }

TEST(Prompts, TheOtherClipsOfTheSpeakerAreEquallyLikelyAndNeverTheClipItself) {
  std::map<std::uint32_t, int> drawn;
  for (std::int64_t number = 0; number < 4000; ++number) ++drawn[draw_prompt(epoch(number), 8, kSpeaker).clip];
  EXPECT_EQ(drawn.size(), 4U);
  EXPECT_EQ(drawn.count(8), 0U);
  for (const auto& [clip, count] : drawn) EXPECT_NEAR(count, 1000, 150) << clip;
}

TEST(Prompts, ASpeakerWithOneClipIsItsOwnPrompt) {
  const std::vector<std::uint32_t> alone{5};
  EXPECT_EQ(draw_prompt(epoch(0), 5, alone).clip, 5U);
  EXPECT_EQ(next_of_speaker(5, alone), 5U);
}

TEST(Prompts, ADrawIsAFunctionOfItsKeyAndClip) {
  const PromptDraw draw = draw_prompt(epoch(7), 8, kSpeaker);
  EXPECT_EQ(draw_prompt(epoch(7), 8, kSpeaker).start_share, draw.start_share);
  EXPECT_EQ(draw_prompt(epoch(7), 8, kSpeaker).clip, draw.clip);
  EXPECT_NE(draw_prompt(epoch(8), 8, kSpeaker).start_share, draw.start_share);
  EXPECT_NE(draw_prompt(epoch(7), 11, kSpeaker).start_share, draw.start_share);
  EXPECT_NE(draw_prompt({.seed = 2, .stage = 2, .epoch = 7}, 8, kSpeaker).start_share, draw.start_share);
}

TEST(Prompts, NextOfSpeakerGoesRound) {
  EXPECT_EQ(next_of_speaker(3, kSpeaker), 4U);
  EXPECT_EQ(next_of_speaker(4, kSpeaker), 8U);
  EXPECT_EQ(next_of_speaker(20, kSpeaker), 3U);
  EXPECT_THROW((void)next_of_speaker(5, kSpeaker), std::invalid_argument);
}

TEST(Prompts, CropsReachBothEndsAndNeverBeyond) {
  EXPECT_EQ(crop_at(0, 100, 40).first, 0);
  EXPECT_EQ(crop_at(0.9999999, 100, 40).first, 60);
  EXPECT_EQ(crop_at(1.0, 100, 40).first, 60);
  EXPECT_EQ(crop_at(0.5, 100, 40).count, 40);
  const Crop whole = crop_at(0.7, 30, 40);
  EXPECT_EQ(whole.first, 0);
  EXPECT_EQ(whole.count, 30);
}

TEST(Prompts, AnOwnPieceHasThreeToSixSecondsAndLiesWithinTheClip) {
  constexpr std::int64_t kSamples = 8 * 22050;
  std::int64_t shortest = kSamples;
  std::int64_t longest = 0;
  for (std::int64_t number = 0; number < 2000; ++number) {
    const Crop piece = draw_own_piece(epoch(number), 8, kSamples, 22050);
    ASSERT_GE(piece.first, 0);
    ASSERT_LE(piece.first + piece.count, kSamples);
    shortest = std::min(shortest, piece.count);
    longest = std::max(longest, piece.count);
  }
  EXPECT_GE(shortest, 3 * 22050);
  EXPECT_LT(shortest, 3 * 22050 + 500);
  EXPECT_LE(longest, 6 * 22050);
  EXPECT_GT(longest, 6 * 22050 - 500);
}

TEST(Prompts, OfAClipShorterThanTheLengthDrawnAnOwnPieceIsHalf) {
  for (std::int64_t number = 0; number < 50; ++number) {
    EXPECT_EQ(draw_own_piece(epoch(number), 8, 2 * 22050 + 1, 22050).count, 22050);
  }
  std::set<bool> halves;  // 4.5 s lies between the lengths that are drawn
  for (std::int64_t number = 0; number < 50; ++number) {
    const Crop piece = draw_own_piece(epoch(number), 8, 99225, 22050);
    halves.insert(piece.count == 99225 / 2);
    EXPECT_TRUE(piece.count == 99225 / 2 || piece.count >= 3 * 22050);
  }
  EXPECT_EQ(halves.size(), 2U);
}

TEST(Prompts, ForEvaluationAnOwnPieceIsTheFirstFourAndAHalfSeconds) {
  EXPECT_EQ(own_piece_for_evaluation(200000, 22050).count, 99225);
  EXPECT_EQ(own_piece_for_evaluation(99225, 22050).count, 99225);
  EXPECT_EQ(own_piece_for_evaluation(99224, 22050).count, 49612);
  EXPECT_EQ(own_piece_for_evaluation(99224, 22050).first, 0);
}

}  // namespace
}  // namespace myxtts::planning
