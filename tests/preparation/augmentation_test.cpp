#include "preparation/augmentation.hpp"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>
#include <numbers>
#include <set>

#include "preparation/speech_mels.hpp"

namespace myxtts::preparation {
namespace {

config::AugmentationSettings everything(double probability) {
  config::AugmentationSettings settings;
  for (config::EffectSettings* effect :
       {&settings.speed, &settings.room, &settings.noise, &settings.lowpass, &settings.gain}) {
    effect->probability = probability;
  }
  return settings;
}

AugmentationDraw draw(const config::AugmentationSettings& settings, std::uint32_t clip, std::int64_t epoch = 0) {
  return draw_augmentation(settings, {3, 1, epoch}, clip);
}

// The frequency of a sine, from the turns of its phase in the middle half.
double frequency_hz(const torch::Tensor& sine) {
  const torch::Tensor middle = sine.narrow(0, sine.size(0) / 4, sine.size(0) / 2);
  const torch::Tensor rises = ((middle.slice(0, 1) > 0) & (middle.slice(0, 0, -1) <= 0)).nonzero().flatten();
  const std::int64_t last = rises.size(0) - 1;
  return static_cast<double>(last) * kSampleRateHz / (rises[last] - rises[0]).item<double>();
}

TEST(AugmentationDraw, IsAFunctionOfSeedStageEpochAndClip) {
  const config::AugmentationSettings settings = everything(1);
  const AugmentationDraw first = draw(settings, 5, 2);
  EXPECT_EQ(draw(settings, 5, 2).noise_seed, first.noise_seed);
  EXPECT_EQ(draw(settings, 5, 2).snr_db, first.snr_db);
  EXPECT_NE(draw(settings, 6, 2).snr_db, first.snr_db);
  EXPECT_NE(draw(settings, 5, 3).snr_db, first.snr_db);
  EXPECT_NE(draw_augmentation(settings, {4, 1, 2}, 5).snr_db, first.snr_db);
  EXPECT_NE(draw_augmentation(settings, {3, 0, 2}, 5).snr_db, first.snr_db);
}

TEST(AugmentationDraw, NothingChangesByDefault) {
  EXPECT_FALSE(config::AugmentationSettings{}.changes_anything());
  for (std::uint32_t clip = 0; clip < 100; ++clip) EXPECT_FALSE(draw({}, clip).changes_anything());
}

TEST(AugmentationDraw, EachEffectHappensAsOftenAsItsProbabilitySays) {
  const config::AugmentationSettings settings = everything(0.3);
  int speeds = 0, rooms = 0, noises = 0, lowpasses = 0, gains = 0, all = 0;
  for (std::uint32_t clip = 0; clip < 2000; ++clip) {
    const AugmentationDraw drawn = draw(settings, clip);
    speeds += drawn.speed_percent != 100 ? 1 : 0;  // one in 21 speeds is the recorded one
    rooms += drawn.room ? 1 : 0;
    noises += drawn.snr_db ? 1 : 0;
    lowpasses += drawn.cutoff_hz ? 1 : 0;
    gains += drawn.gain_db ? 1 : 0;
    all += drawn.room && drawn.snr_db && drawn.cutoff_hz && drawn.gain_db ? 1 : 0;
  }
  EXPECT_NEAR(speeds, 600 * 0.95, 70);
  for (const int count : {rooms, noises, lowpasses, gains}) EXPECT_NEAR(count, 600, 70);
  EXPECT_NEAR(all, 2000 * 0.0081, 15);  // each on its own
}

TEST(AugmentationDraw, AmountsLieInTheirRange) {
  const config::AugmentationSettings settings = everything(1);
  std::set<std::int64_t> speeds;
  for (std::uint32_t clip = 0; clip < 1000; ++clip) {
    const AugmentationDraw drawn = draw(settings, clip);
    speeds.insert(drawn.speed_percent);
    EXPECT_TRUE(drawn.room->decay_seconds >= 0.15 && drawn.room->decay_seconds <= 0.6);
    EXPECT_TRUE(*drawn.snr_db >= 10 && *drawn.snr_db <= 30);
    EXPECT_TRUE(*drawn.cutoff_hz >= 3000 && *drawn.cutoff_hz <= 8000);
    EXPECT_TRUE(*drawn.gain_db >= -10 && *drawn.gain_db <= 6);
  }
  EXPECT_EQ(*speeds.begin(), 90);
  EXPECT_EQ(*speeds.rbegin(), 110);
  EXPECT_EQ(speeds.size(), 21U);
}

TEST(AugmentationDraw, OneEffectDoesNotMoveAnother) {
  config::AugmentationSettings alone;
  alone.noise.probability = 1;
  for (std::uint32_t clip = 0; clip < 50; ++clip) {
    const AugmentationDraw drawn = draw(alone, clip);
    EXPECT_EQ(drawn.snr_db, draw(everything(1), clip).snr_db);
    EXPECT_EQ(drawn.noise_seed, draw(everything(1), clip).noise_seed);
    EXPECT_FALSE(drawn.room || drawn.cutoff_hz || drawn.gain_db);
  }
}

TEST(Augmentation, ADrawThatChangesNothingGivesTheSameTensor) {
  const torch::Tensor signal = torch::rand({1000});
  EXPECT_TRUE(Augmentation(torch::kCPU)(signal, {}).is_same(signal));
}

TEST(Augmentation, SpeedShiftsASineByItsFactorAndLengthIsAsPlanned) {
  const torch::Tensor t = torch::arange(2 * kSampleRateHz, torch::kFloat64) / kSampleRateHz;
  const torch::Tensor sine = torch::sin(2 * std::numbers::pi * 1000 * t).to(torch::kFloat32);
  Augmentation augmentation(torch::kCPU);
  for (const std::int64_t percent : {80, 93, 100, 107, 125}) {
    AugmentationDraw faster;
    faster.speed_percent = percent;
    const torch::Tensor output = augmentation(sine, faster);
    EXPECT_EQ(output.size(0), samples_at_speed(sine.size(0), percent));
    EXPECT_NEAR(frequency_hz(output), 10.0 * static_cast<double>(percent), 0.5) << percent;
  }
}

TEST(Augmentation, EqualDrawsGiveEqualBits) {
  const torch::Tensor signal = torch::rand({30000}) - 0.5;
  Augmentation one(torch::kCPU);
  Augmentation other(torch::kCPU);
  for (std::uint32_t clip = 0; clip < 5; ++clip) (void)other(signal, draw(everything(1), 20 + clip));
  for (std::uint32_t clip = 0; clip < 5; ++clip) {
    const AugmentationDraw drawn = draw(everything(1), clip);
    EXPECT_TRUE(torch::equal(one(signal, drawn), other(signal, drawn)));
    EXPECT_LE(one(signal, drawn).abs().max().item<float>(), 1.0001F);
  }
}

}  // namespace
}  // namespace myxtts::preparation
