#include "audio/griffin_lim.hpp"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>
#include <numbers>
#include <string>

#include "audio/golden.hpp"
#include "core/error.hpp"

namespace myxtts::audio {
namespace {

using test::golden_signal;

// Harmonics of a gliding voice under two formants, in syllables. [S]
torch::Tensor voice_like_signal(std::int64_t samples) {
  const double turn = 2 * std::numbers::pi;
  const auto t = torch::arange(samples, torch::kFloat64) / 22050.0;
  const auto phase = turn * (140 * t + 4 * torch::sin(turn * 0.7 * t));
  const auto pitch_hz = 140 + 4 * turn * 0.7 * torch::cos(turn * 0.7 * t);
  auto signal = torch::zeros_like(t);
  for (int harmonic = 1; harmonic <= 40; ++harmonic) {
    const auto hz = harmonic * pitch_hz;
    const auto formants = torch::exp(-((hz - 600) / 300).square()) + 0.4 * torch::exp(-((hz - 1900) / 500).square());
    signal += (formants + 0.01) * torch::sin(harmonic * phase);
  }
  const auto syllables = 0.55 - 0.45 * torch::cos(turn * 3 * t);
  return (0.2 * signal * syllables).to(torch::kFloat32) + 0.02 * golden_signal(22050, samples);
}

// Mean absolute difference of two log mels, in nepers of power.
double distance(const torch::Tensor& a, const torch::Tensor& b) { return (a - b).abs().mean().item<double>(); }

class GriffinLimTest : public testing::Test {
 protected:
  MelSpectrogram mel_{codec_mel_options(), torch::kCPU};
  GriffinLim griffin_lim_{codec_mel_options(), torch::kCPU};
  torch::Tensor target_ = mel_(voice_like_signal(22050));
};

TEST_F(GriffinLimTest, OutputSoundsLikeTheMel) {
  const auto signal = griffin_lim_(target_);
  ASSERT_EQ(signal.sizes(), torch::IntArrayRef({(target_.size(0) - 1) * 256}));
  const double reached = distance(mel_(signal), target_);
  RecordProperty("log_mel_distance", std::to_string(reached));
  // librosa 0.11 (mel_to_stft, then griffinlim with momentum 0.99) reaches 0.26 on this signal; it reaches 0.05 when it
  // is given the true magnitudes, which a mel does not hold.
  EXPECT_LT(reached, 0.22);
  EXPECT_GT(distance(mel_(griffin_lim_(target_, 0)), target_), 2 * reached) << "iterations achieve nothing";
  EXPECT_GT(distance(mel_(griffin_lim_(target_, 60, 0.0)), target_), reached) << "momentum achieves nothing";
}

TEST_F(GriffinLimTest, SameInputGivesTheSameBits) {
  const auto first = griffin_lim_(target_, 10);
  EXPECT_TRUE(torch::equal(first, griffin_lim_(target_, 10)));
  EXPECT_TRUE(torch::equal(first, GriffinLim(codec_mel_options(), torch::kCPU)(target_, 10)));
  EXPECT_FALSE(torch::equal(first, griffin_lim_(target_, 10, 0.99, 1)));
}

TEST_F(GriffinLimTest, LoudMelIsScaledToAPeakOfOne) {
  const auto quiet = griffin_lim_(target_, 5);
  const auto loud = griffin_lim_(target_ + 2 * std::log(20.0), 5);
  EXPECT_LT(quiet.abs().max().item<double>(), 0.99) << "a quiet signal is not raised";
  EXPECT_NEAR(loud.abs().max().item<double>(), 1, 1e-6);
}

TEST_F(GriffinLimTest, SilenceStaysQuiet) {
  const auto silence = torch::full({40, 80}, std::log(1e-5));
  EXPECT_LT(griffin_lim_(silence, 5).abs().max().item<double>(), 0.01);
}

TEST_F(GriffinLimTest, AnyNumberOfFramesWorks) {
  for (const std::int64_t frames : {1, 2, 3, 4, 5}) {
    const auto signal = griffin_lim_(target_.narrow(0, 20, frames), 3);
    EXPECT_EQ(signal.size(0), (frames - 1) * 256);
    EXPECT_TRUE(signal.isfinite().all().item<bool>());
  }
}

TEST_F(GriffinLimTest, WrongShapeOrFrontEndIsRefused) {
  EXPECT_THROW((void)griffin_lim_(target_.t()), core::DataError);
  EXPECT_THROW((void)griffin_lim_(target_.narrow(0, 0, 0)), core::DataError);
  EXPECT_THROW(GriffinLim(speaker_mel_options(), torch::kCPU), core::ConfigError);
}

}  // namespace
}  // namespace myxtts::audio
