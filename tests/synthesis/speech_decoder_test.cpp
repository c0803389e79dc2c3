#include "synthesis/speech_decoder.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "core/error.hpp"
#include "synthesis/tiny_models.hpp"

namespace myxtts::synthesis {
namespace {

using Codes = std::vector<std::int64_t>;

SpeechDecoder tiny_decoder() {
  torch::set_num_threads(1);
  return {tiny_codec(), tiny_standard_deviation(), torch::kCPU};
}

std::vector<float> tone(std::size_t samples) {
  std::vector<float> signal(samples);
  for (std::size_t i = 0; i < samples; ++i) {
    signal[i] = static_cast<float>(0.5 * std::sin(2 * std::numbers::pi * 220 * static_cast<double>(i) / kSampleRateHz));
  }
  return signal;
}

TEST(SpeechDecoder, ACodeIsFourFramesAndThousandTwentyFourSamples) {
  EXPECT_EQ(tiny_decoder().speak(Codes{1, 2, 3, 4, 5}).size(), 5U * 1024 - 256);
}

TEST(SpeechDecoder, SameCodesSameSamplesOtherCodesOtherSamples) {
  const SpeechDecoder decoder = tiny_decoder();
  const auto samples = decoder.speak(Codes{1, 2, 3});
  EXPECT_EQ(samples, decoder.speak(Codes{1, 2, 3}));
  EXPECT_NE(samples, decoder.speak(Codes{3, 2, 1}));
}

TEST(SpeechDecoder, NoCodesAreNoSamples) { EXPECT_TRUE(tiny_decoder().speak({}).empty()); }

TEST(SpeechDecoder, TheDeviationMultipliesTheMels) {
  torch::set_num_threads(1);
  const auto codec = tiny_codec();
  const Codes codes{1, 2, 3};
  const SpeechDecoder one(codec, tiny_standard_deviation(), torch::kCPU);
  const SpeechDecoder other(codec, 2 * tiny_standard_deviation(), torch::kCPU);
  EXPECT_NE(one.speak(codes), other.speak(codes));
}

TEST(SpeechDecoder, SpeedDividesTheDuration) {
  const SpeechDecoder decoder = tiny_decoder();
  const Codes codes(10, 3);
  EXPECT_EQ(decoder.speak(codes, 2.0).size(), (20U - 1) * 256);
  EXPECT_EQ(decoder.speak(codes, 0.5).size(), (80U - 1) * 256);
  EXPECT_EQ(decoder.speak(codes, 1.0), decoder.speak(codes));
}

TEST(SpeechDecoder, SpeedsOutOfRangeAreRefused) {
  const SpeechDecoder decoder = tiny_decoder();
  for (const double speed : {0.0, -1.0, 5.0, std::nan("")}) {
    EXPECT_THROW((void)decoder.speak(Codes{1}, speed), core::ConfigError) << speed;
  }
}

TEST(SpeechDecoder, SpeechBeginsAndEndsInSilence) {
  const auto samples = tiny_decoder().speak(Codes(6, 7));
  EXPECT_EQ(samples.front(), 0.0F);
  EXPECT_EQ(samples.back(), 0.0F);
}

TEST(SpeechDecoder, ResynthesisIsAsLongAsTheRecordingToTheHop) {
  const SpeechDecoder decoder = tiny_decoder();
  for (const std::size_t length : {300U, 4096U, 5000U, 22050U}) {
    EXPECT_EQ(decoder.resynthesize(tone(length)).size(), length / 256 * 256) << length;
  }
}

TEST(SpeechDecoder, ResynthesisSpeaksTheRecordingsCodes) {
  torch::set_num_threads(1);
  const auto codec = tiny_codec();
  const SpeechDecoder decoder(codec, tiny_standard_deviation(), torch::kCPU);
  const auto recording = tone(4096 - 256);  // 16 frames: whole codes
  const audio::MelSpectrogram mel(audio::codec_mel_options(), torch::kCPU);
  const torch::Tensor divided = mel(torch::tensor(recording)) / tiny_standard_deviation();
  const torch::Tensor codes = codec->codes(divided.t().unsqueeze(0)).squeeze(0).contiguous();
  ASSERT_EQ(codes.size(0), 4);
  const std::span<const std::int64_t> found(codes.data_ptr<std::int64_t>(), 4);
  EXPECT_EQ(decoder.resynthesize(recording), decoder.speak(found));
}

TEST(SpeechDecoder, AnEmptyRecordingIsRefused) { EXPECT_THROW((void)tiny_decoder().resynthesize({}), core::DataError); }

}  // namespace
}  // namespace myxtts::synthesis
