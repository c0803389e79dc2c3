#include "preparation/codec_preparation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <optional>
#include <set>
#include <thread>

#include "core/error.hpp"
#include "preparation/clips.hpp"

namespace myxtts::preparation {
namespace {

using test::plan_of;

constexpr std::int64_t kCropFrames = 32;

class CodecPreparationTest : public test::Clips {
 protected:
  CodecPreparation make_preparation(const dataset::Dataset& data, bool random_crops = true) const {
    return {data, statistics(), {kCropFrames, 5, 0, random_crops}, torch::kCPU};
  }

  // The divided mel of a whole clip. Shapes: [M, T].
  static torch::Tensor whole_mel(const dataset::Dataset& data, std::uint32_t clip) {
    SpeechMels mels(torch::kCPU);
    return (mels.codec_mel(mels.resampled(data.get(clip).samples)) / statistics().standard_deviation).t();
  }

  // Where in the whole clip a crop lies; nothing where no piece of it equals the crop to 1e-5.
  static std::optional<std::int64_t> place_of(const torch::Tensor& crop, const torch::Tensor& whole) {
    for (std::int64_t first = 0; first + crop.size(1) <= whole.size(1); ++first) {
      const torch::Tensor piece = whole.narrow(1, first, crop.size(1));
      if ((piece - crop).abs().max().item<double>() <= 1e-5) return first;
    }
    return std::nullopt;
  }

  // The places of the crops of many epochs.
  std::set<std::int64_t> places(const dataset::Dataset& data, std::int64_t epochs) {
    CodecPreparation preparation = make_preparation(data);
    const torch::Tensor whole = whole_mel(data, 0);
    std::set<std::int64_t> found;
    for (std::int64_t epoch = 0; epoch < epochs; ++epoch) {
      const contracts::Batch batch = preparation.prepare(preparation.decode(plan_of({0}, epoch)));
      const auto place = place_of(payload(batch).mels[0], whole);
      EXPECT_TRUE(place) << "epoch " << epoch;
      found.insert(place.value_or(-1));
    }
    return found;
  }

  static const contracts::CodecBatch& payload(const contracts::Batch& batch) {
    return std::get<contracts::CodecBatch>(batch.payload);
  }
};

TEST_F(CodecPreparationTest, ACropEqualsThoseFramesOfTheWholeClip) {
  const dataset::Dataset data = make({{3 * 22050 + 100, 22050, ""}});
  EXPECT_GT(places(data, 20).size(), 15U);  // the start moves with the epoch
}

TEST_F(CodecPreparationTest, ACropAtAnEdgeEqualsThoseFramesToo) {
  for (const std::int64_t extra : {0, 1, 255}) {
    const dataset::Dataset data = make({{(kCropFrames + 5) * 256 + extra, 22050, ""}});  // 38 frames
    EXPECT_THAT(places(data, 60), ::testing::ElementsAre(0, 1, 2, 3, 4, 5, 6)) << extra;
  }
}

TEST_F(CodecPreparationTest, ACropOfAnotherRateEqualsThoseFramesToo) {
  for (const int rate : {44100, 16000}) {
    const dataset::Dataset data = make({{rate, rate, ""}});
    EXPECT_GT(places(data, 10).size(), 5U) << rate;
  }
}

TEST_F(CodecPreparationTest, AShortClipIsFilledUpWithSilenceThatDoesNotCount) {
  const dataset::Dataset data = make({{20 * 256 + 7, 22050, ""}, {3 * 22050, 22050, ""}});
  CodecPreparation preparation = make_preparation(data);
  const contracts::Batch batch = preparation.prepare(preparation.decode(plan_of({0, 1})));
  const auto& [mels, weights] = payload(batch);
  EXPECT_TRUE(torch::allclose(mels[0].narrow(1, 0, 21), whole_mel(data, 0), 0, 1e-5));
  const torch::Tensor silence =
      (std::log(1e-5) / statistics().standard_deviation).unsqueeze(1).expand({80, kCropFrames - 21});
  EXPECT_TRUE(torch::allclose(mels[0].narrow(1, 21, kCropFrames - 21), silence));
  EXPECT_EQ(weights[0].narrow(0, 21, kCropFrames - 21).abs().sum().item<double>(), 0);
  EXPECT_TRUE(torch::allclose(weights[0].narrow(0, 0, 21), torch::full({21}, 1.0 / (21 + kCropFrames))));
  EXPECT_NEAR(weights.sum().item<double>(), 1, 1e-6);
  EXPECT_EQ(batch.header.positions, 2 * kCropFrames);
  EXPECT_EQ(batch.header.real_positions, 21 + kCropFrames);
  EXPECT_NEAR(batch.header.audio_seconds, (21 + kCropFrames) * 256 / 22050.0, 1e-9);
}

TEST_F(CodecPreparationTest, ARowGoesThroughTheAugmentationThatItCarries) {
  const dataset::Dataset data = make({{3 * 22050, 22050, ""}, {3 * 22050, 22050, ""}});
  CodecPreparation preparation = make_preparation(data);
  const contracts::Batch clean = preparation.prepare(preparation.decode(plan_of({0, 1})));
  RawBatch raw = preparation.decode(plan_of({0, 1}));
  raw.rows[0].augmentation.snr_db = 0;
  const contracts::Batch noisy = preparation.prepare(std::move(raw));
  EXPECT_FALSE(torch::equal(payload(noisy).mels[0], payload(clean).mels[0]));
  EXPECT_TRUE(torch::equal(payload(noisy).mels[1], payload(clean).mels[1]));
}

TEST_F(CodecPreparationTest, ABatchDoesNotDependOnTheOrderOfCalls) {
  const dataset::Dataset data = make({{40000, 22050, ""}, {50000, 44100, ""}, {30000, 22050, ""}});
  CodecPreparation forth = make_preparation(data);
  CodecPreparation back = make_preparation(data);
  const auto make_batch = [](CodecPreparation& preparation, std::int64_t epoch) {
    return payload(preparation.prepare(preparation.decode(plan_of({2, 0, 1}, epoch))));
  };
  std::vector<contracts::CodecBatch> batches;
  for (std::int64_t epoch = 0; epoch < 3; ++epoch) batches.push_back(make_batch(forth, epoch));
  for (std::int64_t epoch = 2; epoch >= 0; --epoch) {
    const auto& expected = batches[static_cast<std::size_t>(epoch)];
    EXPECT_TRUE(torch::equal(make_batch(back, epoch).mels, expected.mels)) << epoch;
  }
  EXPECT_FALSE(torch::equal(batches[0].mels, batches[1].mels));
}

TEST_F(CodecPreparationTest, ARowDoesNotDependOnItsBatch) {
  const dataset::Dataset data = make({{40000, 22050, ""}, {50000, 44100, ""}, {30000, 22050, ""}});
  CodecPreparation preparation = make_preparation(data);
  const auto mels = [&](std::vector<std::uint32_t> clips) {
    return payload(preparation.prepare(preparation.decode(plan_of(std::move(clips), 4)))).mels;
  };
  EXPECT_TRUE(torch::equal(mels({0, 1, 2})[1], mels({1})[0]));
}

TEST_F(CodecPreparationTest, AugmentedCropsDifferFromEpochToEpochAndNotFromRunToRun) {
  const dataset::Dataset data = make({{40000, 22050, ""}, {50000, 44100, ""}, {3000, 22050, ""}});
  CodecPreparationOptions options{kCropFrames, 5, 0, true};
  options.augmentation.speed = {1, 0.85, 1.2};
  options.augmentation.room.probability = 1;
  options.augmentation.noise.probability = 0.5;
  CodecPreparation forth(data, statistics(), options, torch::kCPU);
  CodecPreparation back(data, statistics(), options, torch::kCPU);
  const auto mels = [](CodecPreparation& preparation, std::vector<std::uint32_t> clips, std::int64_t epoch) {
    return payload(preparation.prepare(preparation.decode(plan_of(std::move(clips), epoch)))).mels;
  };
  const torch::Tensor first = mels(forth, {0, 1, 2}, 0);
  const torch::Tensor second = mels(forth, {0, 1, 2}, 1);
  EXPECT_TRUE(torch::equal(mels(back, {2, 1}, 1)[1], second[1]));
  EXPECT_TRUE(torch::equal(mels(back, {0, 1, 2}, 0), first));
  for (std::int64_t row = 0; row < 3; ++row) EXPECT_FALSE(torch::equal(first[row], second[row]));
}

TEST_F(CodecPreparationTest, ACropOfAFasterClipLiesInIt) {
  const dataset::Dataset data = make({{30000, 22050, ""}});
  CodecPreparationOptions options{kCropFrames, 5, 0, true};
  options.augmentation.speed = {1, 1.2, 1.2};
  CodecPreparation preparation(data, statistics(), options, torch::kCPU);
  SpeechMels speech(torch::kCPU);
  Augmentation augmentation(torch::kCPU);
  AugmentationDraw faster;
  faster.speed_percent = 120;
  const torch::Tensor samples = augmentation(speech.resampled(data.get(0).samples), faster);
  const torch::Tensor whole = (speech.codec_mel(samples) / statistics().standard_deviation).t();
  std::set<std::int64_t> found;
  for (std::int64_t epoch = 0; epoch < 10; ++epoch) {
    const contracts::Batch batch = preparation.prepare(preparation.decode(plan_of({0}, epoch)));
    const auto place = place_of(payload(batch).mels[0], whole);
    EXPECT_TRUE(place) << epoch;
    found.insert(place.value_or(-1));
  }
  EXPECT_GT(found.size(), 5U);
}

TEST_F(CodecPreparationTest, ValidationCropsStartTheClip) {
  const dataset::Dataset data = make({{3 * 22050, 22050, ""}});
  CodecPreparation preparation = make_preparation(data, false);
  for (const std::int64_t epoch : {0, 7}) {
    const contracts::Batch batch = preparation.prepare(preparation.decode(plan_of({0}, epoch)));
    EXPECT_EQ(place_of(payload(batch).mels[0], whole_mel(data, 0)), 0);
  }
}

TEST_F(CodecPreparationTest, TheHeaderSaysWhereTheBatchStands) {
  const dataset::Dataset data = make({{30000, 22050, ""}});
  CodecPreparation preparation = make_preparation(data);
  planning::BatchPlan plan = plan_of({0}, 3);
  plan.sequence = 17;
  plan.micro_step = 1;
  plan.micro_steps = 4;
  const contracts::BatchHeader header = preparation.prepare(preparation.decode(plan)).header;
  EXPECT_EQ(header.sequence, 17U);
  EXPECT_EQ(header.epoch, 3);
  EXPECT_EQ(header.micro_step, 1);
  EXPECT_EQ(header.micro_steps, 4);
}

TEST_F(CodecPreparationTest, EveryTensorBelongsToTheDataRole) {
  const dataset::Dataset data = make({{30000, 22050, ""}, {2000, 22050, ""}, {30000, 44100, ""}});
  std::thread([&] {
    const device::RoleScope scope(device::Role::kData);
    CodecPreparation preparation = make_preparation(data);
    contracts::Batch batch = preparation.prepare(preparation.decode(plan_of({0, 1, 2})));
    contracts::for_each_tensor(
        batch, [](const torch::Tensor& tensor) { EXPECT_EQ(device::role_of(tensor), device::Role::kData); });
    for (const torch::Tensor& tensor : preparation.kept_tensors()) {
      EXPECT_EQ(device::role_of(tensor), device::Role::kData);
    }
  }).join();
}

TEST_F(CodecPreparationTest, ABrokenClipTeachesNothing) {
  const dataset::Dataset data =
      make({{22050, kSampleRateHz, {}}, {22050, kSampleRateHz, {}}, {22050, kSampleRateHz, {}}});
  CodecPreparation preparation(data, statistics(), {kCropFrames, 5, 0, true}, torch::kCPU, nullptr, &broken_);
  CodecPreparation sound = make_preparation(data);
  const contracts::Batch expected = sound.prepare(sound.decode(plan_of({0, 2})));
  remove(data, 1);
  const contracts::Batch batch = preparation.prepare(preparation.decode(plan_of({0, 1, 2})));
  const contracts::CodecBatch& crops = payload(batch);
  EXPECT_EQ(batch.header.broken_rows, 1);
  EXPECT_EQ(batch.header.audio_seconds, expected.header.audio_seconds);
  EXPECT_EQ(crops.frame_weights[1].abs().sum().item<double>(), 0);
  EXPECT_TRUE(torch::equal(crops.mels[0], payload(expected).mels[0]));
  EXPECT_TRUE(torch::equal(crops.mels[2], payload(expected).mels[1]));
  EXPECT_TRUE(torch::equal(crops.frame_weights[2], payload(expected).frame_weights[1]));
}

TEST_F(CodecPreparationTest, ABatchOfBrokenClipsIsFinite) {
  const dataset::Dataset data = make({{22050, kSampleRateHz, {}}});
  CodecPreparation preparation(data, statistics(), {kCropFrames, 5, 0, true}, torch::kCPU, nullptr, &broken_);
  remove(data, 0);
  const contracts::Batch batch = preparation.prepare(preparation.decode(plan_of({0})));
  EXPECT_TRUE(payload(batch).mels.isfinite().all().item<bool>());
  EXPECT_EQ(payload(batch).frame_weights.abs().sum().item<double>(), 0);
}

TEST_F(CodecPreparationTest, WithoutAnyoneToTellABrokenClipIsAnError) {
  const dataset::Dataset data = make({{22050, kSampleRateHz, {}}});
  const CodecPreparation preparation = make_preparation(data);
  remove(data, 0);
  EXPECT_THROW((void)preparation.decode(plan_of({0})), core::DataError);
}

}  // namespace
}  // namespace myxtts::preparation
