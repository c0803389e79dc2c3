#include "synthesis/reference.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "audio/mel.hpp"
#include "core/error.hpp"
#include "synthesis/tiny_models.hpp"

namespace myxtts::synthesis {
namespace {

media::Samples tone(double seconds, int rate_hz) {
  media::Samples clip{{}, rate_hz};
  for (int i = 0; i < static_cast<int>(seconds * rate_hz); ++i) {
    clip.mono.push_back(static_cast<float>(0.5 * std::sin(2 * std::numbers::pi * 440 * i / rate_hz)));
  }
  return clip;
}

config::ConditioningSettings rule(const std::string& prompt_from, double seconds) {
  config::ConditioningSettings settings;
  settings.prompt_from = prompt_from;
  settings.prompt_seconds = seconds;
  return settings;
}

torch::Tensor prompt(const media::Samples& clip, const config::ConditioningSettings& settings) {
  torch::set_num_threads(1);
  return prompt_mel(clip, settings, tiny_standard_deviation(), torch::kCPU);
}

TEST(Reference, IsTheDividedConditioningMelOfTheClipsBeginning) {
  const media::Samples clip = tone(3, 22050);
  const audio::MelSpectrogram mel(audio::conditioning_mel_options(), torch::kCPU);
  const torch::Tensor expected = mel(torch::tensor(clip.mono).narrow(0, 0, 44100)) / tiny_standard_deviation();
  EXPECT_TRUE(torch::allclose(prompt(clip, rule("another_clip", 2)), expected));
}

TEST(Reference, AShortClipIsUsedWhole) {
  EXPECT_EQ(prompt(tone(1, 22050), rule("another_clip", 2)).size(0), 22050 / 256 + 1);
}

TEST(Reference, WhereClipsPromptedThemselvesItIsFilledUpToSixSeconds) {
  const torch::Tensor filled = prompt(tone(3, 22050), rule("itself", 6));
  EXPECT_EQ(filled.size(0), 6 * 22050 / 256 + 1);
  const torch::Tensor silence = filled[-1] * tiny_standard_deviation();
  EXPECT_TRUE(torch::allclose(silence, torch::full_like(silence, std::log(1e-5))));
}

TEST(Reference, EachRateGivesAboutTheSamePrompt) {
  const auto settings = rule("another_clip", 1);
  const torch::Tensor at_rate = prompt(tone(2, 22050), settings);
  const torch::Tensor resampled = prompt(tone(2, 44100), settings);
  ASSERT_EQ(resampled.sizes(), at_rate.sizes());
  const auto strongest = [](const torch::Tensor& mel) { return mel.narrow(0, 10, 60).argmax(1); };
  EXPECT_TRUE(torch::equal(strongest(resampled), strongest(at_rate)));
  const torch::Tensor wrong_rate = prompt({tone(2, 44100).mono, 22050}, settings);
  EXPECT_FALSE(torch::equal(strongest(wrong_rate), strongest(at_rate)));
}

TEST(Reference, AnEmptyClipIsRefused) {
  EXPECT_THROW((void)prompt({{}, 22050}, rule("another_clip", 2)), core::DataError);
}

}  // namespace
}  // namespace myxtts::synthesis
