#include "audio/resample.hpp"

#include <gtest/gtest.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "audio/golden.hpp"
#include "core/error.hpp"

namespace myxtts::audio {
namespace {

using test::golden_rows;
using test::golden_signal;
using test::largest_stretch_difference;
using test::sine;

constexpr int kModelHz = 22050;

// Away from the edges, where the assumed silence is heard.
torch::Tensor middle(const torch::Tensor& signal) { return signal.narrow(0, signal.size(0) / 4, signal.size(0) / 2); }

double level_db(const torch::Tensor& signal) {
  return 10 * std::log10(middle(signal).to(torch::kFloat64).square().mean().item<double>() + 1e-30);
}

// How loud a sine comes out, relative to how loud it went in.
double gain_db(int source_hz, int target_hz, double hz) {
  const auto signal = sine(source_hz, hz, source_hz / 2);
  return level_db(Resampler(source_hz, target_hz, torch::kCPU)(signal)) - level_db(signal);
}

// What is left, relative to the sine, once the sine itself is taken away: images and aliases.
double distortion_db(int source_hz, int target_hz, double hz) {
  const auto output = Resampler(source_hz, target_hz, torch::kCPU)(sine(source_hz, hz, source_hz / 2));
  const auto expected = sine(target_hz, hz, output.size(0));
  return level_db(output - expected) - level_db(expected);
}

// How loud the output is from `low_hz` on, relative to the input: both under a window whose own leakage is 100 dB down.
double share_above_db(const torch::Tensor& output, const torch::Tensor& input, double low_hz) {
  const auto windowed = [](const torch::Tensor& signal) {
    return signal.to(torch::kFloat64) * torch::kaiser_window(signal.size(0), false, 14, torch::kFloat64);
  };
  const torch::Tensor spectrum = torch::fft_rfft(windowed(output)).abs().square();
  const auto first = static_cast<std::int64_t>(low_hz * static_cast<double>(output.size(0)) / kModelHz);
  const double above = 2 * spectrum.slice(0, first).sum().item<double>() / static_cast<double>(output.size(0));
  const double whole = windowed(input).square().sum().item<double>();
  const double samples_ratio = static_cast<double>(output.size(0)) / static_cast<double>(input.size(0));
  return 10 * std::log10(above / (whole * samples_ratio) + 1e-30);
}

// Frequencies that part a band into as many steps, its ends included.
std::vector<double> sweep(double low_hz, double high_hz, int steps) {
  std::vector<double> frequencies;
  for (int i = 0; i <= steps; ++i) frequencies.push_back(low_hz + (high_hz - low_hz) * i / steps);
  return frequencies;
}

class RatePair : public testing::TestWithParam<std::pair<int, int>> {};

TEST_P(RatePair, EqualsTorchaudio) {
  const auto [source_hz, target_hz] = GetParam();
  const auto golden = golden_rows("resample_" + std::to_string(source_hz) + "_" + std::to_string(target_hz));
  const auto signal = golden_signal(source_hz, source_hz / 4);
  const Resampler resampler(source_hz, target_hz, torch::kCPU);
  const auto output = resampler(signal);
  // The last golden stretch ends with the signal.
  EXPECT_EQ(output.size(0), golden.rbegin()->first + golden.rbegin()->second.size(0));
  EXPECT_LT(largest_stretch_difference(golden, output), 1e-5);
  EXPECT_GT(largest_stretch_difference(golden, resampler(signal.roll(1))), 1e-3);
  EXPECT_GT(largest_stretch_difference(golden, resampler(signal * 1.001)), 1e-5);
}

INSTANTIATE_TEST_SUITE_P(Resampler, RatePair,
                         testing::Values(std::pair{48000, 22050}, std::pair{44100, 22050}, std::pair{22050, 24000},
                                         std::pair{22050, 16000}, std::pair{8000, 22050}, std::pair{11127, 22050},
                                         std::pair{16000, 22050}, std::pair{24000, 22050}, std::pair{96000, 22050},
                                         std::pair{192000, 22050}));

TEST(Resampler, SineAboveTheNewNyquistIs60DecibelsDown) {
  EXPECT_LT(gain_db(48000, 22050, 11400), -60);
  EXPECT_LT(gain_db(48000, 22050, 15000), -60);
  EXPECT_LT(gain_db(44100, 22050, 12000), -60);
  EXPECT_LT(gain_db(192000, 22050, 13000), -60);
  EXPECT_LT(gain_db(22050, 16000, 8300), -60);
}

class SourceRate : public testing::TestWithParam<int> {
 protected:
  static void SetUpTestSuite() { torch::set_num_threads(1); }  // many small products
};
class HigherRate : public SourceRate {};

// Every frequency that the model's rate cannot hold, from 1.01 of its Nyquist frequency to the source's.
TEST_P(HigherRate, AliasesOfASweepAre60DecibelsDown) {
  const int source_hz = GetParam();
  const Resampler resampler(source_hz, kModelHz, torch::kCPU);
  for (const double hz : sweep(1.01 * kModelHz / 2, 0.999 * source_hz / 2, 48)) {
    const torch::Tensor signal = sine(source_hz, hz, source_hz / 4);
    EXPECT_LT(share_above_db(resampler(signal), signal, 0), -60) << hz;
  }
}

// Every frequency that both rates hold; its images lie above the source's Nyquist frequency.
TEST_P(SourceRate, ImagesOfASweepAre60DecibelsDown) {
  const int source_hz = GetParam();
  const double nyquist_hz = std::min(source_hz, kModelHz) / 2.0;
  const Resampler resampler(source_hz, kModelHz, torch::kCPU);
  for (const double hz : sweep(0.01 * nyquist_hz, 0.99 * nyquist_hz, 48)) {
    const torch::Tensor signal = sine(source_hz, hz, source_hz / 4);
    const torch::Tensor output = resampler(signal);
    if (source_hz < kModelHz) {
      EXPECT_LT(share_above_db(output, signal, 1.01 * nyquist_hz), -60) << hz;
    }
    if (hz < 0.8 * nyquist_hz) {  // nothing but the sine is heard, below it neither
      const torch::Tensor expected = sine(kModelHz, hz, output.size(0));
      EXPECT_LT(level_db(output - expected) - level_db(expected), -60) << hz;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Resampler, HigherRate, testing::Values(24000, 44100, 48000, 96000, 192000));
INSTANTIATE_TEST_SUITE_P(Resampler, SourceRate, testing::Values(8000, 16000, 24000, 44100, 48000, 96000, 192000));

TEST(Resampler, PassbandIsFlatWithinATenthOfADecibel) {
  for (const double hz : {50.0, 1000.0, 5000.0, 9500.0}) {
    EXPECT_NEAR(gain_db(48000, 22050, hz), 0, 0.1) << hz;
    EXPECT_NEAR(gain_db(22050, 24000, hz), 0, 0.1) << hz;
  }
  EXPECT_NEAR(gain_db(8000, 22050, 3500), 0, 0.1);
}

TEST(Resampler, ImagesAndAliasesAre60DecibelsDown) {
  EXPECT_LT(distortion_db(8000, 22050, 1000), -60);
  EXPECT_LT(distortion_db(16000, 22050, 6000), -60);
  EXPECT_LT(distortion_db(22050, 24000, 9000), -60);
  EXPECT_LT(distortion_db(48000, 22050, 9000), -60);
  EXPECT_LT(distortion_db(44101, 22050, 3000), -60);  // no common divisor
}

TEST(Resampler, OutputLengthIsTheRatioRoundedUp) {
  const Resampler resampler(48000, 22050, torch::kCPU);
  for (const std::int64_t samples : {0, 1, 2, 3, 319, 320, 321, 5000}) {
    const auto expected = (samples * 147 + 319) / 320;
    EXPECT_EQ(resampler.output_samples(samples), expected);
    EXPECT_EQ(resampler(torch::ones({samples})).size(0), expected);
  }
}

TEST(Resampler, EqualRatesChangeNothing) {
  const auto signal = golden_signal(22050, 1000);
  EXPECT_TRUE(Resampler(22050, 22050, torch::kCPU)(signal).is_same(signal));
}

TEST(Resampler, RatesOutOfRangeAreRefused) {
  EXPECT_THROW(Resampler(7999, 22050, torch::kCPU), core::ConfigError);
  EXPECT_THROW(Resampler(22050, 192001, torch::kCPU), core::ConfigError);
  EXPECT_THROW((void)Resampler(44100, 22050, torch::kCPU)(torch::zeros({1, 100})), core::DataError);
}

}  // namespace
}  // namespace myxtts::audio
