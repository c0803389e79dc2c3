#include "sample_data/speaker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"

namespace myxtts::sample_data {
namespace {

TEST(EspeakVoice, SpeaksAtTheAskedLevelAndRate) {
  const auto speech = EspeakVoice("en-us+f2").speak("the old boat follows the small garden in the morning");
  EXPECT_EQ(speech.sample_rate_hz, 22050);
  EXPECT_GT(speech.mono.size(), 2U * 22050);
  float peak = 0;
  for (const float sample : speech.mono) peak = std::max(peak, std::abs(sample));
  EXPECT_NEAR(peak, 0.7F, 1e-5F);
}

TEST(EspeakVoice, VoicesAndSpeedsDiffer) {
  const std::string text = "the quiet doctor paints the cold letter without a word";
  const EspeakVoice voice("en-us+f2");
  const EspeakVoice fast("en-us+f2", 240);
  const EspeakVoice other("en-us+m3");
  const auto spoken = voice.speak(text).mono;
  EXPECT_LT(fast.speak(text).mono.size(), spoken.size());
  EXPECT_NE(other.speak(text).mono.size(), spoken.size());
  EXPECT_EQ(voice.speak(text).mono.size(), spoken.size());  // back in the first voice, at the first speed
}

TEST(EspeakVoice, UnknownVoicesAreNamed) {
  for (const std::string name : {"klingon-9", "en-us+nobody", "en-us+", "../en", ""}) {
    try {
      const EspeakVoice voice(name);
      ADD_FAILURE() << "accepted " << name;
    } catch (const core::DataError& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr(name));
    }
  }
}

TEST(EspeakVoice, SilenceIsAnError) { EXPECT_THROW((void)EspeakVoice("en-us+f2").speak(""), core::DataError); }

}  // namespace
}  // namespace myxtts::sample_data
