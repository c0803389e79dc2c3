#include "preparation/voice_preparation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "device/tf32_watch.hpp"
#include "model/codebook_update.hpp"
#include "model/layers.hpp"
#include "planning/prompts.hpp"
#include "preparation/clips.hpp"

namespace myxtts::preparation {
namespace {

using test::plan_of;

// With entries among the latents, so that it tells frames apart.
std::shared_ptr<const model::Codec> small_codec() {
  model::Initialiser initialiser(3);
  const auto codec = std::make_shared<model::Codec>(
      model::CodecOptions{.hidden = 16, .codes = 32, .dimensions = 8, .blocks = 1}, initialiser);
  SpeechMels mels(torch::kCPU);
  const torch::Tensor noise = torch::rand({22050}, at::detail::createCPUGenerator(9)) - 0.5;
  const torch::Tensor latents = codec->encode((mels.codec_mel(noise) / 2).t().unsqueeze(0)).flatten(0, 1);
  model::set_entries(*codec, model::kmeans(latents, model::kmeans_draws(latents.size(0), 32, 3, 1)));
  return codec;
}

VoicePreparationOptions options() {
  VoicePreparationOptions chosen;
  chosen.conditioning.prompt_seconds = 0.5;
  chosen.packing = {.text_start = 3, .text_stop = 0, .audio_start = 32, .audio_stop = 33, .text_stop_input = true};
  chosen.seed = 5;
  chosen.stage = 1;
  chosen.cache_bytes = 1 << 20;
  return chosen;
}

VoicePreparationOptions own_prompts() {
  VoicePreparationOptions chosen = options();
  chosen.conditioning.prompt_from = "itself";
  return chosen;
}

VoicePreparationOptions augmented(VoicePreparationOptions chosen = options()) {
  chosen.augmentation.speed = {1, 0.85, 1.2};
  chosen.augmentation.room.probability = 1;
  chosen.augmentation.noise.probability = 1;
  chosen.augmentation.lowpass.probability = 1;
  chosen.augmentation.gain.probability = 1;
  chosen.cache_bytes = 0;
  return chosen;
}

// All rows, where they are one group.
const contracts::PackedRows& payload(const contracts::Batch& batch) {
  return std::get<contracts::VoiceBatch>(batch.payload).groups.front();
}

std::vector<torch::Tensor> codes_of_rows(const contracts::PackedRows& rows) {
  std::vector<torch::Tensor> codes;
  for (std::size_t row = 0; row + 1 < rows.row_offsets.size(); ++row) {
    codes.push_back(contracts::codes_of_row(rows, row));
  }
  return codes;
}

PromptPiece prompt_of(const dataset::Dataset& data, const VoicePreparationOptions& chosen, std::uint32_t clip,
                      std::int64_t epoch) {
  return plan_row(data, chosen, clip, epoch).prompt;
}

class VoicePreparationTest : public test::Clips {
 protected:
  VoicePreparation make_preparation(const dataset::Dataset& data, const VoicePreparationOptions& chosen,
                                    dataset::BrokenClips* broken = nullptr) const {
    return {data, statistics(), small_codec(), chosen, torch::kCPU, nullptr, broken};
  }

  static contracts::Batch prepare(VoicePreparation& preparation, std::vector<std::uint32_t> clips,
                                  std::int64_t epoch = 0) {
    return preparation.prepare(preparation.decode(plan_of(std::move(clips), epoch)));
  }

  static void expect_equal(contracts::Batch& batch, contracts::Batch& expected) {
    std::vector<torch::Tensor> tensors;
    contracts::for_each_tensor(expected, [&](const torch::Tensor& tensor) { tensors.push_back(tensor); });
    std::size_t next = 0;
    contracts::for_each_tensor(
        batch, [&](const torch::Tensor& tensor) { EXPECT_TRUE(torch::equal(tensor, tensors[next++])) << next; });
  }

  // Three clips of one speaker, one of another, of many rates.
  dataset::Dataset two_speakers() const {
    return make({{20000, 22050, "a"}, {36000, 44100, "a"}, {13000, 22050, "b"}, {25000, 22050, "a"}});
  }
};

TEST_F(VoicePreparationTest, NothingIsInTf32WhateverTheRunsPrecision) {
  const dataset::Dataset data = two_speakers();
  VoicePreparation preparation = make_preparation(data, augmented());
  const device::test::Tf32Watch watch;
  (void)prepare(preparation, {0, 1, 2});
  EXPECT_THAT(watch.found(), testing::IsEmpty());
  (void)small_codec()->encode(torch::ones({1, 80, 8}));  // as the model role would
  EXPECT_THAT(watch.found(), testing::Contains("aten::_convolution"));
}

TEST_F(VoicePreparationTest, CodesDependOnTheClipAlone) {
  const dataset::Dataset data = two_speakers();
  VoicePreparationOptions uncached = options();
  uncached.cache_bytes = 0;
  VoicePreparation alone = make_preparation(data, uncached);
  std::vector<torch::Tensor> expected;
  for (std::uint32_t clip = 0; clip < data.size(); ++clip) {
    expected.push_back(codes_of_rows(payload(prepare(alone, {clip})))[0].clone());
  }
  EXPECT_GT(std::get<0>(at::_unique(torch::cat(expected))).size(0), 3);  // there is something to confuse
  VoicePreparation together = make_preparation(data, options());
  for (int round = 0; round < 2; ++round) {  // an empty cache, then a full one
    const auto rows = codes_of_rows(payload(prepare(together, {3, 1, 0, 2}, round)));
    EXPECT_TRUE(torch::equal(rows[0], expected[3])) << round;
    EXPECT_TRUE(torch::equal(rows[1], expected[1])) << round;
    EXPECT_TRUE(torch::equal(rows[2], expected[0])) << round;
    EXPECT_TRUE(torch::equal(rows[3], expected[2])) << round;
  }
}

TEST_F(VoicePreparationTest, WithFewSizesOnlyTheLastCodesHearTheSilenceThatPadsAClip) {
  const dataset::Dataset data = two_speakers();
  VoicePreparationOptions few = options();
  few.packing.few_sizes = true;
  VoicePreparation padded = make_preparation(data, few);
  VoicePreparation plain = make_preparation(data, options());
  const std::int64_t heard = 5;  // how far the encoder's convolutions reach, in codes
  for (std::uint32_t clip = 0; clip < data.size(); ++clip) {
    const torch::Tensor codes = codes_of_rows(payload(prepare(padded, {clip})))[0];
    const torch::Tensor expected = codes_of_rows(payload(prepare(plain, {clip})))[0];
    ASSERT_EQ(codes.size(0), expected.size(0));
    EXPECT_TRUE(torch::equal(codes.narrow(0, 0, codes.size(0) - heard), expected.narrow(0, 0, codes.size(0) - heard)));
  }
  const contracts::Batch batch = prepare(padded, {0, 1, 2, 3});
  EXPECT_EQ(batch.header.real_positions, payload(batch).row_offsets.back());
  EXPECT_EQ(batch.header.positions, payload(batch).order.size(0));
  EXPECT_GT(batch.header.positions, batch.header.real_positions);
  EXPECT_LT(static_cast<double>(batch.header.positions), 1.03 * static_cast<double>(batch.header.real_positions));
}

TEST_F(VoicePreparationTest, CachedClipsAreNotDecodedAgain) {
  const dataset::Dataset data = two_speakers();
  VoicePreparation preparation = make_preparation(data, options());
  EXPECT_FALSE(preparation.decode(plan_of({0})).rows[0].speech.mono.empty());
  (void)prepare(preparation, {0});
  EXPECT_TRUE(preparation.decode(plan_of({0})).rows[0].speech.mono.empty());
  EXPECT_FALSE(preparation.decode(plan_of({0})).rows[0].prompt.mono.empty());
}

TEST_F(VoicePreparationTest, ABatchDecodedBeforeTheCacheFilledIsTheSame) {
  const dataset::Dataset data = two_speakers();
  VoicePreparation preparation = make_preparation(data, options());
  RawBatch early = preparation.decode(plan_of({0, 1}));
  const auto first = codes_of_rows(payload(prepare(preparation, {1, 0})));
  const auto second = codes_of_rows(payload(preparation.prepare(std::move(early))));
  EXPECT_TRUE(torch::equal(second[0], first[1]));
  EXPECT_TRUE(torch::equal(second[1], first[0]));
}

TEST_F(VoicePreparationTest, ACodeForEach1024Samples) {
  const std::shared_ptr<const model::Codec> codec = small_codec();
  SpeechMels mels(torch::kCPU);
  for (const std::int64_t k : {1, 2, 3, 4, 5, 7, 11, 16, 30}) {
    for (const std::int64_t off : {-1, 0, 1, 255, 256, 257, 512, 769}) {
      const std::int64_t samples = 1024 * k + off;
      dataset::Clip clip;
      clip.audio = {22050, 1, samples};
      const std::int64_t expected = off <= 0 ? k : k + 1;
      EXPECT_EQ(codes_of(clip), expected) << samples;
      const torch::Tensor mel = mels.codec_mel(torch::rand({samples}));
      EXPECT_EQ(encode_clip(*codec, mel, expected).size(0), expected) << samples;
    }
  }
}

TEST_F(VoicePreparationTest, CodesOfAnotherRateAreCountedAtTheModels) {
  dataset::Clip clip;
  clip.audio = {44100, 1, 2 * 1024 * 10};
  EXPECT_EQ(codes_of(clip), 10);
  clip.audio.frames += 1;  // resampling rounds up
  EXPECT_EQ(codes_of(clip), 11);
  clip.audio = {16000, 1, 16000};
  EXPECT_EQ(codes_of(clip), 22);  // 22,050 samples
}

TEST_F(VoicePreparationTest, PlannedCostsAndTargetsAreThoseOfTheBatch) {
  const dataset::Dataset data = two_speakers();
  for (const VoicePreparationOptions& chosen : {options(), own_prompts()}) {
    VoicePreparation preparation = make_preparation(data, chosen);
    const std::vector<std::int64_t> costs = row_costs(data, true);
    const planning::TargetsOfRow targets = row_targets(data, chosen);
    for (std::uint32_t clip = 0; clip < data.size(); ++clip) {
      const contracts::Batch batch = prepare(preparation, {clip}, 3);
      EXPECT_EQ(batch.header.positions, costs[clip]);
      EXPECT_EQ(batch.header.real_positions, costs[clip]);
      EXPECT_EQ(payload(batch).text_targets.size(0), targets(clip, 3).text);
      EXPECT_EQ(payload(batch).audio_weights.count_nonzero().item<std::int64_t>(), targets(clip, 3).audio);
    }
  }
}

TEST_F(VoicePreparationTest, ABatchDoesNotDependOnTheOrderOfCalls) {
  const dataset::Dataset data = two_speakers();
  for (const VoicePreparationOptions& chosen : {options(), augmented(), augmented(own_prompts())}) {
    VoicePreparation forth = make_preparation(data, chosen);
    VoicePreparation back = make_preparation(data, chosen);
    std::vector<contracts::Batch> batches;
    for (std::int64_t epoch = 0; epoch < 3; ++epoch) batches.push_back(prepare(forth, {2, 0, 1}, epoch));
    for (std::int64_t epoch = 2; epoch >= 0; --epoch) {
      contracts::Batch again = prepare(back, {2, 0, 1}, epoch);
      expect_equal(again, batches[static_cast<std::size_t>(epoch)]);
    }
  }
}

TEST_F(VoicePreparationTest, TargetsAndMasksOfARowAtAnotherSpeedAreThePlannedOnes) {
  const dataset::Dataset data = make({{5 * 22050, 22050, "a"}, {3 * 44100, 44100, "a"}, {30000, 16000, "a"}});
  for (const VoicePreparationOptions& chosen : {augmented(), augmented(own_prompts())}) {
    VoicePreparation preparation = make_preparation(data, chosen);
    const planning::TargetsOfRow targets = row_targets(data, chosen);
    std::set<std::int64_t> lengths;
    for (std::int64_t epoch = 0; epoch < 6; ++epoch) {
      for (std::uint32_t clip = 0; clip < data.size(); ++clip) {
        const contracts::Batch batch = prepare(preparation, {clip}, epoch);
        const RowPlan row = plan_row(data, chosen, clip, epoch);
        EXPECT_EQ(row.codes, codes_of(data.clip(clip), row.augmentation.speed_percent));
        EXPECT_EQ(payload(batch).text_targets.size(0), targets(clip, epoch).text);
        EXPECT_EQ(payload(batch).audio_weights.count_nonzero().item<std::int64_t>(), targets(clip, epoch).audio);
        EXPECT_EQ(codes_of_rows(payload(batch))[0].size(0), row.codes);
        EXPECT_NEAR(batch.header.audio_seconds, data.clip(clip).audio.seconds() / row.augmentation.speed(), 1e-9);
        lengths.insert(row.codes);
      }
    }
    EXPECT_GT(lengths.size(), 9U);
  }
}

TEST_F(VoicePreparationTest, EveryEpochHearsAnAugmentedClipAnew) {
  const dataset::Dataset data = two_speakers();
  VoicePreparationOptions chosen = options();
  chosen.augmentation.noise = {1, 0, 10};
  chosen.cache_bytes = 0;
  VoicePreparation preparation = make_preparation(data, chosen);
  const torch::Tensor first = codes_of_rows(payload(prepare(preparation, {0}, 0)))[0];
  const torch::Tensor second = codes_of_rows(payload(prepare(preparation, {0}, 1)))[0];
  EXPECT_EQ(first.size(0), second.size(0));
  EXPECT_FALSE(torch::equal(first, second));
}

TEST_F(VoicePreparationTest, ARowGoesThroughTheAugmentationThatItCarries) {
  const dataset::Dataset data = two_speakers();
  VoicePreparationOptions chosen = options();
  chosen.cache_bytes = 0;
  VoicePreparation preparation = make_preparation(data, chosen);
  RawBatch raw = preparation.decode(plan_of({0, 1}));
  raw.rows[0].augmentation.snr_db = 0;
  const contracts::Batch noisy = preparation.prepare(std::move(raw));
  const contracts::Batch clean = prepare(preparation, {0, 1});
  const auto prompt = [](const contracts::Batch& batch, std::size_t row) {
    return contracts::part_of_row(payload(batch).prompt_mels, payload(batch).prompt_offsets, row);
  };
  EXPECT_FALSE(torch::equal(codes_of_rows(payload(noisy))[0], codes_of_rows(payload(clean))[0]));
  EXPECT_FALSE(torch::equal(prompt(noisy, 0), prompt(clean, 0)));
  EXPECT_TRUE(torch::equal(codes_of_rows(payload(noisy))[1], codes_of_rows(payload(clean))[1]));
  EXPECT_TRUE(torch::equal(prompt(noisy, 1), prompt(clean, 1)));
}

TEST_F(VoicePreparationTest, APromptIsHeardAtItsRowsSpeedAndStaysAsLong) {
  const dataset::Dataset data = make({{30000, 22050, "a"}, {22000, 16000, "a"}, {70000, 48000, "a"}});
  VoicePreparation preparation = make_preparation(data, augmented());
  for (std::int64_t epoch = 0; epoch < 4; ++epoch) {
    const contracts::Batch batch = prepare(preparation, {0, 1, 2}, epoch);
    EXPECT_THAT(payload(batch).prompt_offsets, ::testing::ElementsAre(0, 44, 88, 132));
  }
}

TEST_F(VoicePreparationTest, AnotherClipOfTheSpeakerIsThePrompt) {
  const dataset::Dataset data = two_speakers();
  std::set<std::uint32_t> drawn;
  std::set<std::int64_t> starts;
  for (std::int64_t epoch = 0; epoch < 40; ++epoch) {
    const PromptPiece piece = prompt_of(data, options(), 0, epoch);
    drawn.insert(piece.clip);
    starts.insert(piece.first_sample);
    EXPECT_EQ(piece.samples, 11025);
    EXPECT_EQ(prompt_of(data, options(), 2, epoch).clip, 2U);  // the speaker's only clip
  }
  EXPECT_EQ(drawn, (std::set<std::uint32_t>{1, 3}));
  EXPECT_GT(starts.size(), 20U);
}

TEST_F(VoicePreparationTest, EvaluationTakesTheSpeakersNextClip) {
  const dataset::Dataset data = two_speakers();
  VoicePreparationOptions fixed = options();
  fixed.random_prompts = false;
  for (const std::int64_t epoch : {0, 9}) {
    EXPECT_EQ(prompt_of(data, fixed, 0, epoch).clip, 1U);
    EXPECT_EQ(prompt_of(data, fixed, 3, epoch).clip, 0U);
    EXPECT_EQ(prompt_of(data, fixed, 0, epoch).first_sample, 0);
  }
}

TEST_F(VoicePreparationTest, APromptIsThatPieceOfItsClip) {
  const dataset::Dataset data = make({{20000, 22050, "a"}, {36000, 22050, "a"}});
  VoicePreparation preparation = make_preparation(data, options());
  SpeechMels mels(torch::kCPU);
  const PromptPiece piece = prompt_of(data, options(), 0, 4);
  const auto heard = data.get(piece.clip, {piece.first_sample, piece.samples}).samples;
  const torch::Tensor expected = mels.conditioning_mel(mels.resampled(heard)) / statistics().standard_deviation;
  EXPECT_TRUE(torch::equal(payload(prepare(preparation, {0}, 4)).prompt_mels, expected));
  EXPECT_EQ(expected.size(0), 11025 / 256 + 1);
}

TEST_F(VoicePreparationTest, PromptsOfAllRatesHaveTheSameFrames) {
  const dataset::Dataset data = make({{30000, 22050, "a"}, {22000, 16000, "a"}, {70000, 48000, "a"}});
  VoicePreparation preparation = make_preparation(data, options());
  for (std::int64_t epoch = 0; epoch < 4; ++epoch) {
    const contracts::Batch batch = prepare(preparation, {0, 1, 2}, epoch);
    EXPECT_THAT(payload(batch).prompt_offsets, ::testing::ElementsAre(0, 44, 88, 132));
  }
}

TEST_F(VoicePreparationTest, APieceOfItselfIsMaskedInTheLoss) {
  const dataset::Dataset data = make({{5 * 22050, 22050, "a"}, {2 * 22050, 22050, "a"}});
  VoicePreparation preparation = make_preparation(data, own_prompts());
  for (std::int64_t epoch = 0; epoch < 3; ++epoch) {
    const contracts::Batch batch = prepare(preparation, {0, 1}, epoch);
    std::int64_t first_target = 0;
    for (std::uint32_t clip = 0; clip < 2; ++clip) {
      const PromptPiece piece = prompt_of(data, own_prompts(), clip, epoch);
      EXPECT_EQ(piece.clip, clip);
      const std::int64_t codes = codes_of(data.clip(clip));
      for (std::int64_t code = 0; code < codes + 4; ++code) {
        const bool heard =
            code < codes && code * 1024 < piece.first_sample + piece.samples && (code + 1) * 1024 > piece.first_sample;
        const auto weight = payload(batch).audio_weights[first_target + code].item<float>();
        EXPECT_EQ(weight, heard ? 0.0F : 0.01F) << "clip " << clip << ", code " << code;
      }
      first_target += codes + 4;
    }
    EXPECT_THAT(payload(batch).prompt_offsets, ::testing::ElementsAre(0, 517, 1034));  // 6 s each
  }
}

TEST_F(VoicePreparationTest, EvaluationOfOwnPromptsMasksNothing) {
  const dataset::Dataset data = make({{5 * 22050, 22050, "a"}});
  VoicePreparationOptions fixed = own_prompts();
  fixed.random_prompts = false;
  const PromptPiece piece = prompt_of(data, fixed, 0, 3);
  EXPECT_EQ(piece.first_sample, 0);
  EXPECT_EQ(piece.samples, 99225);
  VoicePreparation preparation = make_preparation(data, fixed);
  const contracts::Batch batch = prepare(preparation, {0});
  EXPECT_TRUE((payload(batch).audio_weights == 0.01F).all().item<bool>());
  EXPECT_EQ(row_targets(data, fixed)(0, 0).audio, payload(batch).audio_targets.size(0));
}

TEST_F(VoicePreparationTest, EveryTensorBelongsToTheDataRole) {
  const dataset::Dataset data = two_speakers();
  const auto expect_data = [](const torch::Tensor& tensor) { EXPECT_EQ(device::role_of(tensor), device::Role::kData); };
  for (const VoicePreparationOptions& chosen : {options(), own_prompts(), augmented()}) {
    std::thread([&] {
      const device::RoleScope scope(device::Role::kData);
      VoicePreparation preparation = make_preparation(data, chosen);
      contracts::Batch batch = prepare(preparation, {0, 1, 2, 3});
      contracts::for_each_tensor(batch, expect_data);
      const std::vector<torch::Tensor> kept = preparation.kept_tensors();
      EXPECT_GT(kept.size(), 4U);
      for (const torch::Tensor& tensor : kept) expect_data(tensor);
    }).join();
  }
}

TEST_F(VoicePreparationTest, ABrokenClipTeachesNothing) {
  const dataset::Dataset data = two_speakers();
  VoicePreparation sound = make_preparation(data, own_prompts());
  const contracts::Batch expected = prepare(sound, {0, 1, 3});
  VoicePreparation preparation = make_preparation(data, own_prompts(), &broken_);
  remove(data, 1);
  const contracts::Batch batch = prepare(preparation, {0, 1, 3});
  EXPECT_EQ(batch.header.broken_rows, 1);
  EXPECT_LT(batch.header.audio_seconds, expected.header.audio_seconds);
  EXPECT_EQ(payload(batch).row_offsets, payload(expected).row_offsets);
  EXPECT_TRUE(torch::equal(payload(batch).text_targets, payload(expected).text_targets));
  const auto is_of_broken = [&](const torch::Tensor& rows) {
    return rows.ge(payload(batch).row_offsets[1]).logical_and(rows.lt(payload(batch).row_offsets[2]));
  };
  const torch::Tensor text = is_of_broken(payload(batch).text_rows);
  EXPECT_TRUE(torch::equal(payload(batch).text_weights, payload(expected).text_weights.masked_fill(text, 0)));
  const torch::Tensor audio = is_of_broken(payload(batch).audio_rows);
  EXPECT_TRUE(torch::equal(payload(batch).audio_weights, payload(expected).audio_weights.masked_fill(audio, 0)));
  EXPECT_TRUE(torch::equal(codes_of_rows(payload(batch))[2], codes_of_rows(payload(expected))[2]));
}

TEST_F(VoicePreparationTest, ABrokenClipIsNotCached) {
  const dataset::Dataset data = two_speakers();
  VoicePreparation preparation = make_preparation(data, options(), &broken_);
  remove(data, 2);
  const contracts::Batch batch = prepare(preparation, {2});  // its speaker has no other
  EXPECT_TRUE(payload(batch).prompt_mels.isfinite().all().item<bool>());
  EXPECT_EQ(batch.header.broken_rows, 1);
  EXPECT_EQ(preparation.cached_bytes(), 0);
  (void)prepare(preparation, {0});
  EXPECT_GT(preparation.cached_bytes(), 0);
}

TEST_F(VoicePreparationTest, AnotherClipOfTheSpeakerSpeaksForABrokenPrompt) {
  const dataset::Dataset data = two_speakers();
  VoicePreparationOptions fixed = options();
  fixed.random_prompts = false;
  const VoicePreparation preparation = make_preparation(data, fixed, &broken_);
  ASSERT_EQ(prompt_of(data, fixed, 0, 0).clip, 1U);
  remove(data, 1);
  const RawRow row = preparation.decode(plan_of({0})).rows[0];
  EXPECT_FALSE(row.is_broken);
  EXPECT_EQ(row.prompt.mono, data.get(3, {0, 11025}).samples.mono);
  remove(data, 3);
  EXPECT_EQ(preparation.decode(plan_of({0})).rows[0].prompt.mono, data.get(0, {0, 11025}).samples.mono);
}

}  // namespace
}  // namespace myxtts::preparation
