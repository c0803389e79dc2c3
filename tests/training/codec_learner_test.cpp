#include "training/codec_learner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "config/model_options.hpp"
#include "core/error.hpp"
#include "model/layers.hpp"
#include "training/learner_runs.hpp"

namespace myxtts::training {
namespace {

using ::testing::HasSubstr;

config::Settings small_settings() {
  config::Settings settings;
  settings.codec.hidden = 16;
  settings.codec.codes = 12;
  settings.codec.dimensions = 8;
  settings.codec.blocks = 1;
  settings.codec.steps = 60;
  settings.codec.warmup_steps = 5;
  settings.codec.learning_rate = 1e-2;
  settings.codec.codebook_step = 10;
  settings.codec.codebook_vectors = 100;
  settings.codec.codebook_rounds = 5;
  return settings;
}

std::unique_ptr<contracts::Learner> make_learner_in(const std::string& precision, std::uint64_t weights_seed) {
  config::Settings settings = small_settings();
  settings.run.precision = precision;
  model::Initialiser initialiser(weights_seed);
  return std::make_unique<CodecLearner>(
      std::make_shared<model::Codec>(config::codec_options(settings.codec), initialiser), settings);
}

std::unique_ptr<contracts::Learner> make_learner(std::uint64_t weights_seed) {
  return make_learner_in("fp32", weights_seed);
}

// Crops of a small synthetic set: one of six patterns every four frames, and a little noise.
contracts::DeviceBatch batch_at(std::uint64_t sequence) {
  constexpr std::int64_t kRows = 4, kFrames = 32;
  const torch::Tensor patterns = torch::randn({6, 80}, at::detail::createCPUGenerator(1));
  at::Generator random = at::detail::createCPUGenerator(100 + sequence);
  const torch::Tensor chosen = torch::randint(6, {kRows, kFrames / 4}, random).repeat_interleave(4, 1);
  const torch::Tensor mels = patterns.index_select(0, chosen.flatten()).view({kRows, kFrames, 80}).transpose(1, 2) +
                             0.05 * torch::randn({kRows, 80, kFrames}, random);
  contracts::DeviceBatch batch;
  batch.batch.header.sequence = sequence;
  batch.batch.header.real_positions = kRows * kFrames;
  batch.batch.payload =
      contracts::CodecBatch{mels.contiguous(), torch::full({kRows, kFrames}, 1.0 / (kRows * kFrames))};
  return batch;
}

torch::Tensor find(const contracts::NamedTensors& tensors, const std::string& name) {
  for (const auto& [key, tensor] : tensors) {
    if (key == name) return tensor;
  }
  return {};
}

class CodecLearnerTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { torch::set_num_threads(1); }
};

TEST_F(CodecLearnerTest, LossFallsAlsoWithCodes) {
  const auto learner = make_learner(1);
  const std::vector<double> losses = test::train(*learner, batch_at, 0, 60);
  EXPECT_LT(losses[9], 0.95 * losses[0]);
  EXPECT_LT(losses[59], 0.6 * losses[11]);
  EXPECT_LT(losses[59], 0.5);  // patterns have variance 1
}

TEST_F(CodecLearnerTest, LearnsInEveryPrecisionAndStopsChangeNoBit) {
  for (const char* precision : {"bf16", "fp16"}) {
    SCOPED_TRACE(precision);
    const auto learner = make_learner_in(precision, 1);
    const std::vector<double> losses = test::train(*learner, batch_at, 0, 40);
    EXPECT_LT(losses[39], 0.8 * losses[11]);
    EXPECT_EQ(test::synchronisations(*learner, batch_at, 40, 42), 0);
    const contracts::TrainState state = test::saved_state(*learner, 42);
    for (const auto& [name, tensor] : state.weights.at("codec")) {
      if (!tensor.is_floating_point()) continue;
      EXPECT_EQ(tensor.scalar_type(), torch::kFloat32) << name;
    }
    const auto make = [&](std::uint64_t weights_seed) { return make_learner_in(precision, weights_seed); };
    test::expect_stops_change_no_bit(make, batch_at, {4, 11}, 13);
  }
}

TEST_F(CodecLearnerTest, FirstCodesAppearAtTheirStep) {
  const auto learner = make_learner(1);
  test::train(*learner, batch_at, 0, 9);
  const contracts::TrainState before = test::saved_state(*learner, 9);
  const torch::Tensor first = find(before.weights.at("codec"), "codebook.embed");
  ASSERT_TRUE(first.defined());
  model::Initialiser initialiser(1);
  const model::Codec fresh(config::codec_options(small_settings().codec), initialiser);
  EXPECT_TRUE(torch::equal(first, fresh.codebook().embed));
  EXPECT_TRUE(find(before.optimizer, "recent_mels.000").defined());

  test::train(*learner, batch_at, 9, 10);
  const contracts::TrainState after = test::saved_state(*learner, 10);
  const torch::Tensor centres = find(after.weights.at("codec"), "codebook.embed");
  EXPECT_FALSE(torch::equal(centres, first));
  EXPECT_TRUE(torch::equal(find(after.weights.at("codec"), "codebook.cluster_size"), torch::ones({12})));
  EXPECT_FALSE(find(after.optimizer, "recent_mels.000").defined());  // they have done their work
  test::train(*learner, batch_at, 10, 11);
  EXPECT_FALSE(torch::equal(find(test::saved_state(*learner, 11).weights.at("codec"), "codebook.embed"), centres));
}

TEST_F(CodecLearnerTest, APlanShorterThanTheCodebookStepEndsWithCodes) {
  config::Settings settings = small_settings();
  settings.codec.steps = 4;
  model::Initialiser initialiser(1);
  const auto codec = std::make_shared<model::Codec>(config::codec_options(settings.codec), initialiser);
  CodecLearner learner(codec, settings);
  const torch::Tensor first = codec->codebook().embed.clone();
  test::train(learner, batch_at, 0, 4);
  EXPECT_FALSE(torch::equal(codec->codebook().embed, first));
}

TEST_F(CodecLearnerTest, StopsChangeNoBit) {
  for (const std::int64_t stop : {3, 9, 10, 11, 17}) {
    SCOPED_TRACE(stop);
    test::expect_stops_change_no_bit(make_learner, batch_at, {stop}, 20);
  }
  test::expect_stops_change_no_bit(make_learner, batch_at, {1, 2, 9, 10, 11, 19}, 20);
}

TEST_F(CodecLearnerTest, NothingSynchronises) {
  const auto learner = make_learner(1);
  EXPECT_EQ(test::synchronisations(*learner, batch_at, 0, 9), 0);
  EXPECT_EQ(test::synchronisations(*learner, batch_at, 9, 10), 0);  // k-means
  EXPECT_EQ(test::synchronisations(*learner, batch_at, 10, 14), 0);
}

TEST_F(CodecLearnerTest, EvaluationLeavesNoTrace) {
  test::expect_evaluation_leaves_no_trace(make_learner, batch_at, 12);
}

TEST_F(CodecLearnerTest, ARefusedUpdateLeavesWeightsAndCodebook) {
  const auto learner = make_learner(1);
  test::train(*learner, batch_at, 0, 12);
  const contracts::TrainState before = test::saved_state(*learner, 12);
  contracts::DeviceBatch poisoned = batch_at(12);
  std::get<contracts::CodecBatch>(poisoned.batch.payload).mels[0][3][5] = std::numeric_limits<float>::quiet_NaN();
  learner->accumulate(poisoned);
  const contracts::PendingStep pending = learner->update(13);
  EXPECT_EQ(pending.names.back(), "found_inf");
  EXPECT_EQ(pending.values[-1].item<double>(), 1);
  test::expect_same_bits(test::saved_state(*learner, 12), before);
}

TEST_F(CodecLearnerTest, FramesWithoutWeightCountForNothing) {
  const auto learner = make_learner(1);
  const auto evaluate = [&](double filling) {
    contracts::DeviceBatch batch = batch_at(0);
    auto& crops = std::get<contracts::CodecBatch>(batch.batch.payload);
    crops.frame_weights.slice(1, 16).zero_();
    crops.mels.slice(2, 28).fill_(filling);  // out of the encoder's and decoder's sight of frame 15
    return learner->evaluate(batch);
  };
  EXPECT_EQ(evaluate(0), evaluate(5));
}

TEST_F(CodecLearnerTest, EvaluationSumsAddUpToMeans) {
  const auto learner = make_learner(1);
  const core::Losses first = learner->evaluate(batch_at(0));
  core::Losses sums = first;
  for (const auto& [name, sum] : learner->evaluate(batch_at(1))) sums[name] += sum;
  EXPECT_EQ(sums.at("frames"), 2 * 4 * 32);
  const core::Losses means = learner->combine(sums);
  EXPECT_NEAR(means.at("loss"), means.at("mel_loss") + 0.25 * means.at("commit_loss"), 1e-12);
  EXPECT_NEAR(learner->combine(first).at("mel_loss"), first.at("mel_loss_sum") / 128, 1e-12);
}

TEST_F(CodecLearnerTest, NamesAWeightThatDoesNotFit) {
  const auto learner = make_learner(1);
  contracts::TrainState state = test::saved_state(*learner, 0);
  state.weights["codec"].front().second = torch::zeros({1, 2});
  const std::string name = state.weights["codec"].front().first;
  EXPECT_THAT([&] { learner->load(state); }, ::testing::ThrowsMessage<core::CheckpointError>(HasSubstr(name)));
  state.weights.clear();
  EXPECT_THAT([&] { learner->load(state); },
              ::testing::ThrowsMessage<core::CheckpointError>(HasSubstr("codec.safetensors")));
}

}  // namespace
}  // namespace myxtts::training
