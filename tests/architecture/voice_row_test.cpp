#include "architecture/voice_row.hpp"

#include <gtest/gtest.h>

namespace myxtts::architecture {
namespace {

TEST(VoiceRow, PositionsAreThePublishedModels) {
  EXPECT_EQ(kTextPositions, 404);
  EXPECT_EQ(kAudioPositions, 608);
}

TEST(VoiceRow, TheLongestClipHasAPositionForEachOfItsCodes) {
  const std::int64_t samples = kMaxSeconds * kSampleRateHz;
  EXPECT_EQ(kMaxSeconds, 28);
  EXPECT_LE((samples + kSamplesPerCode - 1) / kSamplesPerCode, kMaxCodes);
}

}  // namespace
}  // namespace myxtts::architecture
