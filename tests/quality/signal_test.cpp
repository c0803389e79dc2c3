#include "quality/signal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "quality/signal_defects.hpp"
#include "support/speech_signal.hpp"

namespace myxtts::quality {
namespace {

using support::Noise;
using support::speech;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int kRateHz = 22050;

std::vector<FoundDefect> found_defects(const std::vector<float>& interleaved, int channels = 1, int rate_hz = kRateHz) {
  const double seconds = static_cast<double>(interleaved.size()) / channels / rate_hz;
  return signal_defects(measure_signal(interleaved, channels, rate_hz), seconds);
}

std::vector<Defect> defects_of(const std::vector<float>& interleaved, int channels = 1, int rate_hz = kRateHz) {
  std::vector<Defect> defects;
  for (const FoundDefect& found : found_defects(interleaved, channels, rate_hz)) defects.push_back(found.defect);
  return defects;
}

SignalMeasures measures_of(const std::vector<float>& mono, int rate_hz = kRateHz) {
  return measure_signal(mono, 1, rate_hz);
}

std::vector<float> scaled(std::vector<float> samples, double factor) {
  for (float& value : samples) value = static_cast<float>(static_cast<double>(value) * factor);
  return samples;
}

std::vector<float> joined(std::vector<float> first, const std::vector<float>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

// Room noise as faint as that of speech().
std::vector<float> silence(double seconds) {
  Noise noise(99);
  std::vector<float> samples(static_cast<std::size_t>(seconds * kRateHz));
  for (float& value : samples) value = static_cast<float>(3e-4 * noise.next());
  return samples;
}

std::vector<float> interleaved(const std::vector<float>& left, const std::vector<float>& right) {
  std::vector<float> both;
  for (std::size_t i = 0; i < left.size(); ++i) both.insert(both.end(), {left[i], right[i]});
  return both;
}

// Adds sinusoid of an amplitude to a signal.
std::vector<float> with_tone(std::vector<float> samples, double hz, double amplitude) {
  for (std::size_t i = 0; i < samples.size(); ++i) {
    samples[i] +=
        static_cast<float>(amplitude * std::sin(2 * std::numbers::pi * hz * static_cast<double>(i) / kRateHz));
  }
  return samples;
}

TEST(SignalDefects, CleanSpeechHasNoneAtAnyLengthOrRate) {
  for (std::uint64_t seed = 1; seed < 20; ++seed) {
    EXPECT_THAT(defects_of(speech(0.6 + 0.5 * static_cast<double>(seed), seed)), IsEmpty()) << seed;
  }
  for (const int rate_hz : {16000, 44100, 48000, 96000, 192000}) {
    EXPECT_THAT(defects_of(speech(2, 1, rate_hz), 1, rate_hz), IsEmpty()) << rate_hz;
  }
  EXPECT_THAT(defects_of(interleaved(speech(3, 1), scaled(speech(3, 1), 0.5)), 2), IsEmpty());
}

// By a windowed sinc, as resamplers do it, and rounded to 16 bits.
std::vector<float> resampled(const std::vector<float>& samples, int from_hz, int to_hz) {
  constexpr int kReach = 32;
  std::vector<float> result(samples.size() * static_cast<std::size_t>(to_hz) / static_cast<std::size_t>(from_hz));
  for (std::size_t i = 0; i < result.size(); ++i) {
    const double at = static_cast<double>(i) * from_hz / to_hz;
    const auto middle = static_cast<std::ptrdiff_t>(at);
    double sum = 0;
    for (std::ptrdiff_t k = middle - kReach + 1; k <= middle + kReach; ++k) {
      if (k < 0 || k >= std::ssize(samples)) continue;
      const double x = std::numbers::pi * (at - static_cast<double>(k));
      const double window = 0.5 + 0.5 * std::cos(x / kReach);
      sum += static_cast<double>(samples[static_cast<std::size_t>(k)]) * (x == 0 ? 1 : std::sin(x) / x) * window;
    }
    result[i] = static_cast<float>(std::round(sum * 32768) / 32768);
  }
  return result;
}

TEST(SignalDefects, TelephoneSpeechIsToldAtAnyRate) {
  EXPECT_THAT(defects_of(resampled(speech(3, 2, 8000), 8000, kRateHz)), ElementsAre(Defect::kNarrowBand));
  EXPECT_THAT(defects_of(resampled(speech(3, 2, 8000), 8000, 48000), 1, 48000), ElementsAre(Defect::kNarrowBand));
  EXPECT_THAT(defects_of(resampled(speech(3, 2, 16000), 16000, kRateHz)), IsEmpty());
}

TEST(SignalDefects, EachPlantedDefectIsNamedAndNoOther) {
  const std::vector<float> clean = speech(4, 3);
  std::vector<float> clipped = scaled(clean, 6);
  for (float& value : clipped) value = std::clamp(value, -0.98F, 0.98F);
  std::vector<float> offset = clean;
  for (float& value : offset) value += 0.03F;
  std::vector<float> broken = clean;
  std::fill_n(broken.begin() + 5000, 441, 0.0F);
  std::vector<float> noisy = clean;
  Noise noise(5);
  for (float& value : noisy) value += static_cast<float>(0.06 * noise.next());
  const std::vector<float> none(clean.size());
  const std::vector<std::pair<std::vector<float>, std::vector<Defect>>> table = {
      {clipped, {Defect::kClipped}},
      {offset, {Defect::kOffset}},
      {broken, {Defect::kDropout}},
      {noisy, {Defect::kNoisy}},
      {scaled(clean, 0.02), {Defect::kQuiet}},
      {joined(silence(1), clean), {Defect::kSilentStart}},
      {joined(clean, silence(1.2)), {Defect::kSilentEnd}},
      {joined(joined(clean, silence(1.6)), clean), {Defect::kLongPause}},
      {joined(clean, silence(8)), {Defect::kMostlySilent, Defect::kSilentEnd}},
      {none, {Defect::kSilent}},
      {silence(3), {Defect::kSilent}},
      {with_tone(clean, 50, 0.02), {Defect::kHum}},
      {with_tone(clean, 60.1, 0.02), {Defect::kHum}},
      {std::vector<float>(clean.begin() + 3000, clean.end()), {Defect::kCutStart}},
      {std::vector<float>(clean.begin(), clean.end() - 9000), {Defect::kCutEnd}},
  };
  for (const auto& [samples, defects] : table) EXPECT_THAT(defects_of(samples), ::testing::ElementsAreArray(defects));
  EXPECT_THAT(defects_of(interleaved(clean, none), 2), ElementsAre(Defect::kOneSided));
  EXPECT_THAT(defects_of(interleaved(clean, scaled(clean, -0.98)), 2), ::testing::Contains(Defect::kAntiPhase));
  EXPECT_THAT(defects_of(speech(3, 2, 8000), 1, 8000), ElementsAre(Defect::kNarrowBand));
}

TEST(SignalDefects, TheReasonHoldsTheValueAndWhatIsAllowed) {
  const auto defects = found_defects(joined(silence(1), speech(4, 3)));
  ASSERT_EQ(defects.size(), 1U);
  EXPECT_THAT(defects[0].reason, AllOf(HasSubstr("1.07 s"), HasSubstr("0.8 s")));
}

TEST(SignalMeasures, LoudnessIsThatOfTheStandard) {
  // EBU Tech 3341: a sinusoid of 1 kHz at -23 dB of full scale in both channels has -23 LUFS, in one channel 3 less.
  const std::vector<float> tone = with_tone(std::vector<float>(kRateHz * 5), 1000, std::pow(10, -23.0 / 20));
  EXPECT_NEAR(measures_of(tone).loudness_lufs, -26.0, 0.1);
}

TEST(SignalMeasures, LevelsAndLengthsAreWhatWasPutIn) {
  const SignalMeasures m = measures_of(joined(joined(silence(0.5), with_tone(silence(1), 300, 0.1)), silence(0.25)));
  EXPECT_NEAR(m.speech_db, -23.0, 0.1);
  EXPECT_NEAR(m.start_silence_seconds, 0.5, 0.011);
  EXPECT_NEAR(m.speech_seconds, 1.0, 0.021);
  EXPECT_NEAR(m.end_silence_seconds, 0.25, 0.021);
  EXPECT_NEAR(m.peak, 0.1, 1e-3);
  EXPECT_NEAR(measures_of(scaled(speech(1, 1), -1)).peak, measures_of(speech(1, 1)).peak, 1e-9);
}

TEST(SignalMeasures, EqualSamplesHaveEqualHashesAndOthersOthers) {
  std::vector<float> samples = speech(1, 1);
  const std::uint64_t hash = measures_of(samples).content_hash;
  EXPECT_EQ(measures_of(speech(1, 1)).content_hash, hash);
  samples[5] += 1e-4F;
  EXPECT_NE(measures_of(samples).content_hash, hash);
}

TEST(SignalMeasures, OneSampleIsMeasured) {
  for (const int rate_hz : {8000, 22050, 192000}) {
    EXPECT_NEAR(measures_of({0.5F}, rate_hz).peak, 0.5, 1e-9);
    EXPECT_EQ(measures_of(std::vector<float>(7), rate_hz).peak, 0);
  }
}

TEST(Spectrum, APowerIsThatOfTheSinusoid) {
  const std::vector<float> tone = with_tone(std::vector<float>(4410), 500, 0.25);
  const std::vector<double> window(4410, 2.0 / 4410);
  const std::vector<double> frequencies = {500.0 / kRateHz, 700.0 / kRateHz};
  const std::vector<double> powers = powers_at(tone, window, frequencies);
  EXPECT_NEAR(powers[0], 0.0625, 1e-6);
  EXPECT_NEAR(powers[1], 0, 1e-6);
}

TEST(Spectrum, HumIsToldByItsFrequencyAndLevel) {
  const HumMeasure hum = measures_of(with_tone(speech(5, 4), 59.9, 0.01)).hum;
  EXPECT_EQ(hum.frequency_hz, 60);
  EXPECT_NEAR(hum.level_db, -43.0, 0.5);
  EXPECT_GT(hum.over_neighbours_db, 20);
}

TEST(Spectrum, ALowVoiceIsNoHum) {
  // A voice at 58 to 62 Hz never stays in one line.
  std::vector<float> samples(kRateHz * 4);
  double phase = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double time = static_cast<double>(i) / kRateHz;
    phase += 2 * std::numbers::pi * (60 + 8 * std::sin(4 * time)) / kRateHz;
    samples[i] = static_cast<float>(0.2 * std::sin(phase) * (0.5 + 0.5 * std::sin(9 * time)));
  }
  EXPECT_LT(measures_of(samples).hum.over_neighbours_db, 6);
}

TEST(Spectrum, BandwidthIsWhereTheSoundEnds) {
  std::vector<float> samples = silence(2);
  for (double hz = 250; hz <= 3500; hz += 250) samples = with_tone(samples, hz, 0.05);
  std::ranges::transform(samples, samples.begin(), [](float value) { return std::round(value * 32768) / 32768; });
  EXPECT_GT(measures_of(samples).bandwidth_hz, 10000);  // the room's noise
  std::vector<float> dry(kRateHz * 2);
  for (double hz = 250; hz <= 3500; hz += 250) dry = with_tone(dry, hz, 0.05);
  std::ranges::transform(dry, dry.begin(), [](float value) { return std::round(value * 32768) / 32768; });
  EXPECT_NEAR(measures_of(dry).bandwidth_hz, 3500, 250);
}

}  // namespace
}  // namespace myxtts::quality
