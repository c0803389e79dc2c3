#include "long_recordings/pauses.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace myxtts::long_recordings {
namespace {

using ::testing::SizeIs;

constexpr int kRateHz = 16000;

// A second of tone for each '#', a tenth of a second of silence for each '.', and white noise over all of it.
std::vector<float> sound(const std::string& pattern, double noise, double loudness = 0.3) {
  std::mt19937 random(1);
  std::normal_distribution<double> normal(0, noise);
  std::vector<float> samples;
  for (const char part : pattern) {
    const int count = part == '#' ? kRateHz : kRateHz / 10;
    for (int i = 0; i < count; ++i) {
      const double tone = part == '#' ? loudness * std::sin(0.2 * i) : 0;
      samples.push_back(static_cast<float>(tone + normal(random)));
    }
  }
  return samples;
}

std::vector<Interval> pauses_of(const std::vector<float>& samples, double shortest_seconds = 0.2) {
  LevelMeter meter(kRateHz);
  meter.push(samples);
  return find_pauses(meter.levels_db(), SpeechThresholds(meter.levels_db()), shortest_seconds);
}

TEST(Pauses, AreWhereOnlyNoiseIs) {
  for (const double noise : {1e-6, 0.001, 0.02, 0.05}) {
    const std::vector<Interval> pauses = pauses_of(sound("....#...#.....#.#..", noise));
    ASSERT_THAT(pauses, SizeIs(4)) << noise;
    EXPECT_NEAR(pauses[1].begin_seconds, 1.4, 0.011);
    EXPECT_NEAR(pauses[1].end_seconds, 1.7, 0.011);
    EXPECT_NEAR(pauses[3].end_seconds, 5.5, 0.011);
  }
}

TEST(Pauses, ThresholdsFollowTheRecording) {
  std::string pattern;
  for (int i = 0; i < 40; ++i) pattern += "...#";
  const std::vector<float> quiet = sound(pattern, 0.0005, 0.01);
  const std::vector<float> loud = sound(pattern, 0.03, 0.5);  // its noise is louder than the quiet speech
  std::vector<float> both = quiet;
  both.insert(both.end(), loud.begin(), loud.end());
  const std::vector<Interval> pauses = pauses_of(both);
  const auto count = [&](double begin, double end) {
    return std::ranges::count_if(pauses, [&](const Interval& pause) {
      return pause.begin_seconds >= begin && pause.end_seconds <= end && std::abs(pause.seconds() - 0.3) < 0.02;
    });
  };
  EXPECT_EQ(count(0, 32.5), 25);
  EXPECT_EQ(count(104 - 32.5, 104), 25);
}

TEST(Pauses, AreNotFoundInNoiseAlone) {
  EXPECT_THAT(pauses_of(sound("##", 0.3, 0)), SizeIs(0));
  EXPECT_THAT(pauses_of({}), SizeIs(0));
}

TEST(Pauses, BlocksOfAnySizeGiveTheSameLevels) {
  const std::vector<float> samples = sound("..#..", 0.01);
  LevelMeter whole(kRateHz);
  whole.push(samples);
  LevelMeter parts(kRateHz);
  for (std::size_t begin = 0; begin < samples.size(); begin += 777) {
    parts.push(std::span(samples).subspan(begin, std::min<std::size_t>(777, samples.size() - begin)));
  }
  EXPECT_EQ(whole.levels_db(), parts.levels_db());
  EXPECT_THAT(whole.levels_db(), SizeIs(140));
}

TEST(Pauses, SpeechIsWhatIsLeftOfAStretch) {
  const std::vector<Interval> pauses = {{1, 2}, {4, 5}};
  EXPECT_DOUBLE_EQ(speech_seconds(pauses, 0, 6), 4);
  EXPECT_DOUBLE_EQ(speech_seconds(pauses, 1.5, 4.5), 2);
  EXPECT_DOUBLE_EQ(speech_seconds(pauses, 2, 4), 2);
  EXPECT_DOUBLE_EQ(speech_seconds({}, 2, 4), 2);
}

}  // namespace
}  // namespace myxtts::long_recordings
