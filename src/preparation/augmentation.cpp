#include "preparation/augmentation.hpp"

#include <cmath>

#include "core/random.hpp"
#include "planning/schedule.hpp"
#include "preparation/speech_mels.hpp"

namespace myxtts::preparation {
namespace {

constexpr std::int64_t kWholePercent = 100;
// Direct sound relative to the echo, far from the microphone and near it.
constexpr double kFarthestDirectDb = 0;
constexpr double kNearestDirectDb = 12;

double between(double low, double high, double share) { return low + (high - low) * share; }

// Always draws the same number of random numbers, whether the effect is applied or not.
std::optional<double> draw_effect(const config::EffectSettings& effect, core::CounterRandom& random) {
  const bool happens = random.uniform() < effect.probability;
  const double amount = between(effect.min, effect.max, random.uniform());
  return happens ? std::optional(amount) : std::nullopt;
}

}  // namespace

bool AugmentationDraw::changes_anything() const {
  return speed_percent != kWholePercent || room || snr_db || cutoff_hz || gain_db;
}

AugmentationDraw draw_augmentation(const config::AugmentationSettings& settings, const planning::EpochKey& key,
                                   std::uint32_t clip) {
  core::CounterRandom random(
      {key.seed, key.stage, static_cast<std::uint64_t>(key.epoch), clip, core::Purpose::kAugmentation});
  AugmentationDraw draw;
  const std::optional<double> speed = draw_effect(settings.speed, random);
  if (speed) draw.speed_percent = std::llround(*speed * kWholePercent);
  const std::optional<double> decay_seconds = draw_effect(settings.room, random);
  const double direct_db = between(kFarthestDirectDb, kNearestDirectDb, random.uniform());
  if (decay_seconds) draw.room = audio::Room{*decay_seconds, direct_db};
  draw.snr_db = draw_effect(settings.noise, random);
  draw.noise_colour = random.below(2) == 0 ? audio::NoiseColour::kWhite : audio::NoiseColour::kPink;
  draw.cutoff_hz = draw_effect(settings.lowpass, random);
  draw.gain_db = draw_effect(settings.gain, random);
  draw.room_seed = random.next_u64();
  draw.noise_seed = random.next_u64();
  return draw;
}

std::int64_t samples_at_speed(std::int64_t samples, std::int64_t speed_percent) {
  return planning::resampled_length(samples, speed_percent, kWholePercent);
}

torch::Tensor Augmentation::operator()(const torch::Tensor& samples, const AugmentationDraw& draw) {
  torch::Tensor signal = samples;
  if (draw.speed_percent != kWholePercent) {
    constexpr int kHzAPercent = 100;  // the resampler uses only the ratio, but needs rates of at least 8 kHz
    const auto percent = static_cast<int>(draw.speed_percent);
    const auto found = speeds_.try_emplace(draw.speed_percent, percent * kHzAPercent,
                                           static_cast<int>(kWholePercent) * kHzAPercent, device_);
    signal = found.first->second(signal);
  }
  if (draw.room)
    signal = audio::in_room(signal, audio::room_response(*draw.room, kSampleRateHz, draw.room_seed, device_));
  if (draw.snr_db) signal = audio::with_noise(signal, *draw.snr_db, draw.noise_colour, draw.noise_seed);
  if (draw.cutoff_hz) signal = audio::lowpassed(signal, *draw.cutoff_hz, kSampleRateHz);
  if (draw.gain_db) signal = audio::with_gain(signal, *draw.gain_db);
  return signal;
}

}  // namespace myxtts::preparation
