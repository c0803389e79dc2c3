#include "model/gpt.hpp"

#include <gtest/gtest.h>
#include <torch/optim/sgd.h>

#include "config/model_options.hpp"
#include "config/presets.hpp"
#include "device/synchronisation_counter.hpp"
#include "golden.hpp"
#include "model/attention.hpp"
#include "model/dropout.hpp"
#include "model/parameters.hpp"
#include "model/voice_loss.hpp"
#include "rows.hpp"

namespace myxtts::model::test {
namespace {

constexpr double kTolerance = 1e-4;

std::shared_ptr<VoiceModel> golden_model() {
  VoiceModelOptions options = small_options();
  options.width = options.conditioning_width = 64;
  options.conditioning_blocks = 6;
  Initialiser initialiser(1);
  auto model = std::make_shared<VoiceModel>(options, initialiser);
  fill(*model);
  model->eval();
  return model;
}

Row golden_row() {
  return {
      {18, 3, 1, 4, 1, 5, 19}, {10, 9, 2, 6, 5, 3, 5, 8, 11, 11, 11}, golden_values(202, {80, 13}).t().contiguous()};
}

std::shared_ptr<VoiceModel> small_model() {
  Initialiser initialiser(1);
  auto model = std::make_shared<VoiceModel>(small_options(), initialiser);
  fill(*model);
  model->eval();
  return model;
}

contracts::PackedRows packed(const std::vector<Row>& rows) { return pack(rows, small_options().stop_audio()); }

TEST(VoiceModel, TrunkIsGpt2) {
  const auto model = golden_model();
  const auto run = [&](const torch::Tensor& x) {
    return model->trunk().finish(model->trunk().forward(x, [](std::int64_t, const torch::Tensor& qkv) {
      return causal_attention(qkv, 2, {{0, qkv.size(0)}, {}});
    }));
  };
  const torch::Tensor input = golden_values(203, {9, 64});
  const torch::Tensor golden = read_golden("voice").at("trunk");
  EXPECT_LT(largest_difference(golden, run(input)), kTolerance);
  EXPECT_GT(largest_difference(golden, run(input.flip(0))), kTolerance);
}

TEST(VoiceModel, GivesXttsV2sLogitsForARow) {
  const Golden golden = read_golden("voice");
  const auto model = golden_model();
  contracts::PackedRows batch = pack({golden_row()}, 11);
  const VoiceLogits logits = model->forward(batch);
  // XTTS v2 predicts from the text STOP too; here it is no target.
  EXPECT_LT(largest_difference(golden.at("text_logits").view({7, 20}).narrow(0, 0, 6), logits.text), kTolerance);
  EXPECT_LT(largest_difference(golden.at("audio_logits"), logits.audio), kTolerance);
  const torch::Tensor latents = model->latents(batch.prompt_mels, batch.prompt_offsets);
  EXPECT_LT(largest_difference(golden.at("latents"), latents.slice(0, 0, 32, 6)), kTolerance);

  batch.prompt_mels = batch.prompt_mels.flip(1);
  EXPECT_GT(largest_difference(golden.at("audio_logits"), model->forward(batch).audio), kTolerance);
}

TEST(VoiceModel, PackedRowsDoNotSeeEachOther) {
  const auto model = small_model();
  const std::vector<Row> rows = three_rows();
  const VoiceLogits together = model->forward(packed(rows));
  std::vector<torch::Tensor> text, audio;
  for (const Row& row : rows) {
    const VoiceLogits alone = model->forward(packed({row}));
    text.push_back(alone.text);
    audio.push_back(alone.audio);
  }
  EXPECT_LT(largest_difference(torch::cat(text), together.text), kTolerance);
  EXPECT_LT(largest_difference(torch::cat(audio), together.audio), kTolerance);
}

TEST(VoiceModel, PromptsOfEqualLengthGiveTheLatentsOfEachAlone) {
  const auto model = small_model();
  const torch::Tensor frames = golden_values(5, {21, 80});
  const torch::Tensor together = model->latents(frames, {0, 7, 14, 21});
  for (std::int64_t row = 0; row < 3; ++row) {
    const torch::Tensor alone = model->latents(frames.narrow(0, 7 * row, 7), {0, 7});
    EXPECT_LT(largest_difference(alone, together.narrow(0, 32 * row, 32)), kTolerance);
  }
}

TEST(VoiceModel, PromptsOfUnequalLengthGiveTheLatentsOfEachAloneInTheirOrder) {
  const auto model = small_model();
  const torch::Tensor frames = golden_values(5, {26, 80});
  const contracts::RowOffsets offsets{0, 7, 12, 19, 24, 26};  // lengths 7, 5, 7, 5, 2
  const torch::Tensor together = model->latents(frames, offsets);
  ASSERT_EQ(together.size(0), 5 * 32);
  for (std::size_t row = 0; row < 5; ++row) {
    const torch::Tensor own = contracts::part_of_row(frames, offsets, row);
    const torch::Tensor alone = model->latents(own, {0, own.size(0)});
    EXPECT_LT(largest_difference(alone, together.narrow(0, 32 * static_cast<std::int64_t>(row), 32)), kTolerance);
  }
}

// The rows with 5 tokens, 3 text targets and 2 audio targets of padding.
contracts::PackedRows with_padding(contracts::PackedRows rows) {
  const auto pad = [](torch::Tensor& values, std::int64_t count) {
    values = torch::constant_pad_nd(values, {0, count});
  };
  pad(rows.order, 5);
  for (torch::Tensor* text : {&rows.text_rows, &rows.text_targets, &rows.text_weights}) pad(*text, 3);
  for (torch::Tensor* audio : {&rows.audio_rows, &rows.audio_targets, &rows.audio_weights}) pad(*audio, 2);
  return rows;
}

TEST(VoiceModel, PaddingChangesNoLossAndNoGradient) {
  const auto model = small_model();
  const auto gradients = [&](const contracts::PackedRows& rows) {
    const VoiceLoss loss = voice_loss(model->forward(rows), rows, 0.5);
    std::vector<torch::Tensor> of_parameters = torch::autograd::grad({loss.loss}, model->parameters());
    of_parameters.push_back(torch::stack({loss.loss.detach(), loss.text_loss, loss.audio_loss, loss.audio_accuracy}));
    return of_parameters;
  };
  const contracts::PackedRows rows = packed(three_rows());
  const std::vector<torch::Tensor> expected = gradients(rows);
  const std::vector<torch::Tensor> found = gradients(with_padding(rows));
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_LT(largest_difference(expected[i], found[i]), kTolerance);
}

TEST(VoiceModel, LaterTokensNeverChangeEarlierLogits) {
  const auto model = small_model();
  std::vector<Row> rows = three_rows();
  const VoiceLogits before = model->forward(packed(rows));
  rows[1].audio[4] = 9;  // of 11 tokens, after the first row's 8
  const VoiceLogits after = model->forward(packed(rows));
  EXPECT_TRUE(before.text.equal(after.text));
  EXPECT_TRUE(before.audio.narrow(0, 0, 12).equal(after.audio.narrow(0, 0, 12)));
  EXPECT_FALSE(before.audio[12].equal(after.audio[12]));
}

TEST(VoiceModel, HiddenStatesAreWhatTheHeadsRead) {
  const auto model = small_model();
  const contracts::PackedRows batch = packed(three_rows());
  const torch::Tensor read = model->hidden(batch).index_select(0, batch.audio_rows);
  EXPECT_LT(largest_difference(model->forward(batch).audio, model->audio_logits(read)), kTolerance);
}

TEST(VoiceModel, DropoutActsInTrainingOnlyAndFollowsItsSeed) {
  const auto model = small_model();
  const contracts::PackedRows batch = packed(three_rows());
  const auto run = [&](std::uint64_t seed) {
    seed_dropout(seed, torch::kCPU);
    return model->forward(batch).audio;
  };
  EXPECT_TRUE(run(1).equal(run(2)));
  model->train();
  EXPECT_TRUE(run(1).equal(run(1)));
  EXPECT_FALSE(run(1).equal(run(2)));
}

TEST(VoiceModel, EveryParameterHasAGradientAfterAFewSteps) {
  Initialiser initialiser(1);
  VoiceModel model(small_options(), initialiser);
  const contracts::PackedRows batch = packed(three_rows());
  torch::optim::SGD optimizer(model.parameters(), torch::optim::SGDOptions(0.1));
  for (int step = 0; step < 4; ++step) {
    optimizer.zero_grad();
    voice_loss(model.forward(batch), batch, 1.0).loss.backward();
    optimizer.step();
  }
  for (const auto& item : model.named_parameters()) {
    ASSERT_TRUE(item.value().grad().defined()) << item.key();
    EXPECT_GT(item.value().grad().abs().max().item<float>(), 0.0F) << item.key();
  }
}

TEST(VoiceModel, ForwardAndBackwardNeverWaitForTheDevice) {
  const auto model = small_model();
  model->train();
  const contracts::PackedRows batch = packed(three_rows());
  const device::SynchronisationCounter synchronisations;
  voice_loss(model->forward(batch), batch, 0.01).loss.backward();
  EXPECT_EQ(synchronisations.count(), 0) << synchronisations.names().front();
}

TEST(VoiceModel, HasXttsV2sKeysAndShapes) {
  Initialiser shapes(1, torch::kMeta);
  const VoiceModel model(config::voice_model_options(config::preset("xtts-v2"), 6681), shapes);
  EXPECT_EQ(described(model), described("keys_gpt.tsv"));
  EXPECT_EQ(parameter_count(model), 441'018'563);
}

TEST(VoiceModel, SameSeedGivesSameWeights) {
  const auto weights = [](std::uint64_t seed) {
    Initialiser initialiser(seed);
    const VoiceModel model(small_options(), initialiser);
    std::vector<torch::Tensor> flat;
    for (const torch::Tensor& parameter : model.parameters()) flat.push_back(parameter.detach().flatten());
    return torch::cat(flat);
  };
  torch::manual_seed(5);  // of no consequence
  const torch::Tensor first = weights(1);
  torch::manual_seed(6);
  EXPECT_TRUE(first.equal(weights(1)));
  EXPECT_FALSE(first.equal(weights(2)));
}

}  // namespace
}  // namespace myxtts::model::test
