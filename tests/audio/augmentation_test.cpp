#include "audio/augmentation.hpp"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>
#include <vector>

#include "audio/golden.hpp"

namespace myxtts::audio {
namespace {

using test::golden_signal;
using test::sine;

constexpr int kRateHz = 22050;

double level_db(const torch::Tensor& signal) {
  return 10 * std::log10(signal.to(torch::kFloat64).square().mean().item<double>());
}

// Of the spectrum from low_hz to high_hz, a bin.
double density_db(const torch::Tensor& signal, double low_hz, double high_hz) {
  const torch::Tensor power = torch::fft_rfft(signal.to(torch::kFloat64)).abs().square();
  const double bins_a_hz = static_cast<double>(signal.size(0)) / kRateHz;
  const auto first = static_cast<std::int64_t>(low_hz * bins_a_hz);
  const auto end = static_cast<std::int64_t>(high_hz * bins_a_hz);
  return 10 * std::log10(power.slice(0, first, end).mean().item<double>());
}

// Seconds in which a response decays by 60 dB, from the line through its decay curve between -5 and -25 dB.
// Source: Schroeder, "New method of measuring reverberation time" (1965); ISO 3382 (T20).
double measured_decay_seconds(const torch::Tensor& response) {
  const torch::Tensor left = response.to(torch::kFloat64).square().flip(0).cumsum(0).flip(0);
  const torch::Tensor curve_db = 10 * (left / left[0]).log10();
  const torch::Tensor used = ((curve_db < -5) & (curve_db > -25)).nonzero().flatten();
  const torch::Tensor seconds = used.to(torch::kFloat64) / kRateHz;
  const torch::Tensor decibels = curve_db.index_select(0, used);
  const torch::Tensor centred = seconds - seconds.mean();
  const torch::Tensor slope = (centred * (decibels - decibels.mean())).sum() / centred.square().sum();
  return -60 / slope.item<double>();
}

TEST(NormalNoise, HasTheMomentsOfItsDistributionAndNoMemory) {
  const torch::Tensor noise = normal_noise(1 << 18, 7, torch::kCPU).to(torch::kFloat64);
  EXPECT_NEAR(noise.mean().item<double>(), 0, 0.01);
  EXPECT_NEAR(noise.square().mean().item<double>(), 1, 0.01);
  EXPECT_NEAR(noise.pow(4).mean().item<double>(), 3, 0.1);
  for (const std::int64_t lag : {1, 2, 100}) {
    const torch::Tensor product = noise.slice(0, lag) * noise.slice(0, 0, noise.size(0) - lag);
    EXPECT_NEAR(product.mean().item<double>(), 0, 0.01) << lag;
  }
}

TEST(NormalNoise, IsAFunctionOfTheSeedAndTheSample) {
  const torch::Tensor noise = normal_noise(1000, 7, torch::kCPU);
  EXPECT_TRUE(torch::equal(normal_noise(100, 7, torch::kCPU), noise.narrow(0, 0, 100)));
  const torch::Tensor other = normal_noise(1000, 8, torch::kCPU);
  EXPECT_LT(std::abs((noise * other).mean().item<double>()), 0.2);
  EXPECT_LT(std::abs((noise.slice(0, 1) * other.slice(0, 0, 999)).mean().item<double>()), 0.2);
}

TEST(WithNoise, LiesSoManyDecibelsUnderTheSignal) {
  const torch::Tensor signal = golden_signal(kRateHz, kRateHz);
  for (const NoiseColour colour : {NoiseColour::kWhite, NoiseColour::kPink}) {
    for (const double snr_db : {-5.0, 0.0, 10.0, 30.0}) {
      const torch::Tensor noise = with_noise(signal, snr_db, colour, 3) - signal;
      EXPECT_NEAR(level_db(signal) - level_db(noise), snr_db, 0.1);
    }
  }
}

TEST(WithNoise, PinkFallsByThreeDecibelsAnOctaveAndWhiteDoesNot) {
  const torch::Tensor signal = sine(kRateHz, 5, 4 * kRateHz);
  const auto octaves_db = [&](NoiseColour colour) {  // five of them
    const torch::Tensor noise = with_noise(signal, 0, colour, 3) - signal;
    return density_db(noise, 200, 300) - density_db(noise, 6400, 9600);
  };
  EXPECT_NEAR(octaves_db(NoiseColour::kWhite), 0, 1);
  EXPECT_NEAR(octaves_db(NoiseColour::kPink), 15, 1);
}

TEST(WithNoise, SilenceStaysSilence) {
  const torch::Tensor silence = torch::zeros({1000});
  EXPECT_TRUE(torch::equal(with_noise(silence, 0, NoiseColour::kPink, 1), silence));
}

TEST(WithGain, IsExact) {
  const torch::Tensor signal = golden_signal(kRateHz, 5000) * 0.1;
  EXPECT_TRUE(torch::allclose(with_gain(signal, 6), signal * std::pow(10.0, 0.3), 1e-6, 0));
  EXPECT_TRUE(torch::allclose(with_gain(signal, -20), signal * 0.1, 1e-6, 0));
}

TEST(WithGain, EndsAtFullScale) {
  const torch::Tensor signal = golden_signal(kRateHz, 5000);
  const torch::Tensor louder = with_gain(signal, 40);
  EXPECT_NEAR(louder.abs().max().item<double>(), 1, 1e-6);
  EXPECT_TRUE(torch::allclose(louder / signal.abs().max().reciprocal(), signal, 1e-5, 1e-7));  // the shape is kept
  const torch::Tensor silence = torch::zeros({10});
  EXPECT_TRUE(torch::equal(with_gain(silence, 40), silence));
}

TEST(Lowpassed, KeepsWhatIsBelowAndRemovesWhatIsAbove) {
  for (const double cutoff_hz : {1000.0, 3000.0, 7000.0}) {
    const auto gain_db = [&](double hz) {
      const torch::Tensor signal = sine(kRateHz, hz, kRateHz);
      const torch::Tensor output = lowpassed(signal, cutoff_hz, kRateHz);
      return level_db(output.narrow(0, kRateHz / 4, kRateHz / 2)) -
             level_db(signal.narrow(0, kRateHz / 4, kRateHz / 2));
    };
    EXPECT_NEAR(gain_db(0.1 * cutoff_hz), 0, 0.05);
    EXPECT_NEAR(gain_db(0.8 * cutoff_hz), 0, 0.05);
    EXPECT_NEAR(gain_db(cutoff_hz), -6, 0.2);
    EXPECT_LT(gain_db(1.25 * cutoff_hz), -60);
    EXPECT_LT(gain_db(1.5 * cutoff_hz), -60);
  }
}

TEST(Lowpassed, MovesNothingInTime) {
  const torch::Tensor signal = sine(kRateHz, 440, kRateHz);
  const torch::Tensor output = lowpassed(signal, 3000, kRateHz);
  EXPECT_EQ(output.size(0), signal.size(0));
  const torch::Tensor difference = (output - signal).narrow(0, 1000, kRateHz - 2000);
  EXPECT_LT(difference.abs().max().item<double>(), 1e-3);
}

TEST(RoomResponse, DecaysInTheTimeAskedFor) {
  for (const double decay_seconds : {0.15, 0.3, 0.6, 1.2}) {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
      const torch::Tensor response = room_response({decay_seconds, 0}, kRateHz, seed, torch::kCPU);
      EXPECT_NEAR(measured_decay_seconds(response), decay_seconds, 0.1 * decay_seconds) << seed;
    }
  }
}

TEST(RoomResponse, TheDirectSoundStandsFirstAndSoMuchOverTheEcho) {
  for (const double direct_db : {0.0, 6.0, 12.0}) {
    const torch::Tensor response = room_response({0.3, direct_db}, kRateHz, 5, torch::kCPU);
    EXPECT_EQ(response[0].item<float>(), 1);
    EXPECT_NEAR(-10 * std::log10(response.slice(0, 1).square().sum().item<double>()), direct_db, 0.01);
  }
}

TEST(InRoom, AClickStaysWhereItIsAndItsEchoFollows) {
  torch::Tensor click = torch::zeros({5000});
  click[1000] = 0.5;
  const torch::Tensor response = room_response({0.3, 6}, kRateHz, 5, torch::kCPU);
  const torch::Tensor heard = in_room(click, response);
  EXPECT_EQ(heard.size(0), 5000);
  EXPECT_EQ(heard.abs().argmax().item<std::int64_t>(), 1000);
  EXPECT_LT(heard.narrow(0, 0, 1000).abs().max().item<double>(), 1e-5);
  const torch::Tensor expected = response.narrow(0, 0, 4000) * heard[1000];
  EXPECT_TRUE(torch::allclose(heard.slice(0, 1000), expected, 1e-3, 1e-5));
}

TEST(InRoom, KeepsTheLevel) {
  const torch::Tensor signal = golden_signal(kRateHz, kRateHz);
  const torch::Tensor response = room_response({0.5, 0}, kRateHz, 5, torch::kCPU);
  EXPECT_NEAR(level_db(in_room(signal, response)), level_db(signal), 0.01);
  const torch::Tensor silence = torch::zeros({1000});
  EXPECT_EQ(in_room(silence, response).abs().max().item<float>(), 0);
}

TEST(Augmentation, EqualSeedsGiveEqualBits) {
  const torch::Tensor signal = golden_signal(kRateHz, 9000);
  const auto made = [&](std::uint64_t seed) {
    const torch::Tensor heard = in_room(signal, room_response({0.2, 3}, kRateHz, seed, torch::kCPU));
    return with_noise(heard, 10, NoiseColour::kPink, seed);
  };
  EXPECT_TRUE(torch::equal(made(4), made(4)));
  EXPECT_FALSE(torch::equal(made(4), made(5)));
}

}  // namespace
}  // namespace myxtts::audio
