#include "audio/resample.hpp"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>
#include <string>
#include <utility>

#include "audio/golden.hpp"
#include "core/error.hpp"

namespace myxtts::audio {
namespace {

using test::golden_rows;
using test::golden_signal;
using test::largest_stretch_difference;
using test::sine;

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
                                         std::pair{22050, 16000}, std::pair{8000, 22050}, std::pair{11127, 22050}));

TEST(Resampler, SineAboveTheNewNyquistIs60DecibelsDown) {
  EXPECT_LT(gain_db(48000, 22050, 11400), -60);
  EXPECT_LT(gain_db(48000, 22050, 15000), -60);
  EXPECT_LT(gain_db(44100, 22050, 12000), -60);
  EXPECT_LT(gain_db(192000, 22050, 13000), -60);
  EXPECT_LT(gain_db(22050, 16000, 8300), -60);
}

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
