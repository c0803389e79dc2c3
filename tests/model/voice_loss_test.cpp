#include "model/voice_loss.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace myxtts::model::test {
namespace {

contracts::PackedRows targets() {
  contracts::PackedRows batch;
  batch.text_targets = torch::tensor({0, 1}, torch::kInt64);
  batch.text_weights = torch::tensor({0.5F, 0.5F});
  batch.audio_targets = torch::tensor({2, 0, 1}, torch::kInt64);
  batch.audio_weights = torch::tensor({0.25F, 0.25F, 0.0F});
  return batch;
}

VoiceLogits logits() {
  return {torch::tensor({{0.0F, 0.0F}, {0.0F, std::log(3.0F)}}),
          torch::tensor({{0.0F, 0.0F, std::log(2.0F)}, {0.0F, std::log(2.0F), 0.0F}, {9.0F, 0.0F, 0.0F}})};
}

TEST(VoiceLoss, IsTheWeightedSumOfCrossEntropies) {
  const VoiceLoss loss = voice_loss(logits(), targets(), 0.01);
  const double text = 0.5 * std::log(2.0) + 0.5 * std::log(4.0 / 3.0);
  const double audio = 0.25 * std::log(2.0) + 0.25 * std::log(4.0);
  EXPECT_NEAR(loss.text_loss.item<double>(), text, 1e-6);
  EXPECT_NEAR(loss.audio_loss.item<double>(), audio, 1e-6);
  EXPECT_NEAR(loss.loss.item<double>(), audio + 0.01 * text, 1e-6);
  EXPECT_NEAR(loss.audio_accuracy.item<double>(), 0.25, 1e-6);
}

TEST(VoiceLoss, MaskedTargetsPullAtNothing) {
  VoiceLogits free = logits();
  free.audio.requires_grad_();
  voice_loss(free, targets(), 0.01).loss.backward();
  EXPECT_EQ(free.audio.grad()[2].abs().max().item<float>(), 0.0F);
  EXPECT_GT(free.audio.grad()[1].abs().max().item<float>(), 0.0F);
}

TEST(VoiceLoss, OnlyTheLossHasAGradient) {
  VoiceLogits free = logits();
  free.audio.requires_grad_();
  free.text.requires_grad_();
  const VoiceLoss loss = voice_loss(free, targets(), 0.01);
  EXPECT_TRUE(loss.loss.requires_grad());
  EXPECT_FALSE(loss.text_loss.requires_grad() || loss.audio_loss.requires_grad() ||
               loss.audio_accuracy.requires_grad());
}

TEST(VoiceLoss, IsTakenInFloat32WhateverTheLogits) {
  const VoiceLogits half{logits().text.to(torch::kBFloat16), logits().audio.to(torch::kBFloat16)};
  EXPECT_EQ(voice_loss(half, targets(), 0.01).loss.scalar_type(), torch::kFloat32);
}

}  // namespace
}  // namespace myxtts::model::test
