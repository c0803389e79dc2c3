#include "model/generation.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "device/precision.hpp"
#include "golden.hpp"
#include "rows.hpp"

namespace myxtts::model::test {
namespace {

constexpr double kTolerance = 1e-4;

std::shared_ptr<VoiceModel> small_model() {
  Initialiser initialiser(1);
  auto model = std::make_shared<VoiceModel>(small_options(), initialiser);
  fill(*model);
  model->eval();
  return model;
}

std::vector<std::vector<std::int64_t>> texts(const std::vector<Row>& rows) {
  std::vector<std::vector<std::int64_t>> all;
  for (const Row& row : rows) all.push_back(row.text);
  return all;
}

torch::Tensor latents(const VoiceModel& model, const std::vector<Row>& rows) {
  const torch::NoGradGuard no_gradient;
  const contracts::PackedRows batch = pack(rows, small_options().stop_audio());
  return model.latents(batch.prompt_mels, batch.prompt_offsets).view({-1, architecture::kLatents, 32});
}

// The audio logits of one row by the packed forward pass.
torch::Tensor forward_logits(const VoiceModel& model, const Row& row) {
  const torch::NoGradGuard no_gradient;
  return model.forward(pack({row}, small_options().stop_audio())).audio;
}

// The steps' logits against the forward pass of each row, both in the precision that is active.
void expect_logits_of_the_forward_pass(double tolerance) {
  const auto model = small_model();
  const std::vector<Row> rows = three_rows();
  Generation generation(*model, latents(*model, rows), texts(rows), 5);
  for (std::size_t step = 0; step < 5; ++step) {  // the shortest row has five audio tokens
    std::vector<std::int64_t> ids;
    for (const Row& row : rows) ids.push_back(row.audio[step]);
    const torch::Tensor logits = generation.step(torch::tensor(ids));
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const torch::Tensor expected = forward_logits(*model, rows[row])[static_cast<std::int64_t>(step)];
      EXPECT_LT(largest_difference(expected, logits[static_cast<std::int64_t>(row)]), tolerance);
    }
  }
  EXPECT_THROW((void)generation.step(torch::tensor({10, 10, 10})), std::logic_error);
}

TEST(Generation, StepsGiveTheLogitsOfTheForwardPass) { expect_logits_of_the_forward_pass(kTolerance); }

TEST(Generation, InSixteenBitsTooStepsGiveTheLogitsOfTheForwardPass) {
  const device::Autocast bf16(device::Precision::kBf16, torch::kCPU);
  expect_logits_of_the_forward_pass(0.1);  // a token's choice; of logits between -4 and 4
}

TEST(Generation, KeptRowsGoOnAsIfAlone) {
  const auto model = small_model();
  const std::vector<Row> rows = three_rows();
  Generation generation(*model, latents(*model, rows), texts(rows));
  (void)generation.step(torch::tensor({10, 10, 10}));
  generation.keep(torch::tensor({1, 0}));
  EXPECT_EQ(generation.rows(), 2);
  const torch::Tensor logits = generation.step(torch::tensor({rows[1].audio[1], rows[0].audio[1]}));
  EXPECT_LT(largest_difference(forward_logits(*model, rows[1])[1], logits[0]), kTolerance);
  EXPECT_LT(largest_difference(forward_logits(*model, rows[0])[1], logits[1]), kTolerance);
  EXPECT_GT(largest_difference(forward_logits(*model, rows[2])[1], logits[1]), kTolerance);
}

TEST(Generation, RefusesWhatDoesNotFit) {
  const auto model = small_model();
  const std::vector<Row> rows = three_rows();
  const torch::Tensor prompts = latents(*model, rows);
  EXPECT_THROW(Generation(*model, prompts, {rows[0].text}), std::logic_error);
  EXPECT_THROW(Generation(*model, prompts, texts(rows), architecture::kAudioPositions + 1), std::logic_error);
  const std::vector<std::int64_t> long_text(static_cast<std::size_t>(architecture::kTextPositions) + 1, 1);
  EXPECT_THROW(Generation(*model, prompts, {long_text, long_text, long_text}), std::logic_error);
  Generation generation(*model, prompts, texts(rows));
  EXPECT_THROW((void)generation.step(torch::tensor({10})), std::logic_error);
  model->train();
  EXPECT_THROW(Generation(*model, prompts, texts(rows)), std::logic_error);
}

}  // namespace
}  // namespace myxtts::model::test
