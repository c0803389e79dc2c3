#include "training/row_groups.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/rows.hpp"

namespace myxtts::training {
namespace {

using model::test::Row;

// A row of so many text tokens, codes and prompt frames, each told apart by `salt`.
Row row_of(std::int64_t text, std::int64_t codes, std::int64_t frames, std::int64_t salt) {
  Row row;
  for (std::int64_t i = 0; i < text; ++i) row.text.push_back((salt + i) % 18);
  row.text.insert(row.text.begin(), 18);
  row.text.push_back(19);
  for (std::int64_t i = 0; i < codes; ++i) row.audio.push_back((salt + i) % 10);
  row.audio.insert(row.audio.begin(), 10);
  row.audio.insert(row.audio.end(), 3, 11);
  row.prompt = torch::full({frames, 80}, static_cast<double>(salt));
  return row;
}

std::vector<Row> five_rows() {
  return {row_of(3, 40, 7, 0), row_of(5, 4, 9, 1), row_of(4, 12, 8, 2), row_of(1, 1, 30, 3), row_of(9, 25, 5, 4)};
}

std::int64_t rows_in(const contracts::VoiceBatch& batch) {
  return static_cast<std::int64_t>(batch.host_row_offsets.size()) - 1;
}

double by_tokens(std::int64_t tokens, std::int64_t) { return static_cast<double>(tokens); }

// All but the weights, which are the whole batch's.
void expect_same_rows(contracts::VoiceBatch& actual, contracts::VoiceBatch& expected) {
  expected.text_weights = actual.text_weights;
  expected.audio_weights = actual.audio_weights;
  std::vector<torch::Tensor> wanted;
  contracts::for_each_tensor(expected, [&](torch::Tensor& tensor) { wanted.push_back(tensor); });
  std::size_t i = 0;
  contracts::for_each_tensor(actual, [&](torch::Tensor& tensor) {
    EXPECT_TRUE(tensor.equal(wanted[i])) << "tensor " << i;
    EXPECT_EQ(tensor.scalar_type(), wanted[i].scalar_type()) << "tensor " << i;
    ++i;
  });
  EXPECT_EQ(actual.host_row_offsets, expected.host_row_offsets);
  EXPECT_EQ(actual.host_prompt_offsets, expected.host_prompt_offsets);
  EXPECT_EQ(actual.text_target_count, expected.text_target_count);
  EXPECT_EQ(actual.audio_target_count, expected.audio_target_count);
}

TEST(RowGroups, EachGroupIsPackedAsItsRowsAlone) {
  const std::vector<Row> rows = five_rows();
  const std::vector<contracts::VoiceBatch> groups = split_rows(model::test::pack(rows, 11), 2, by_tokens);
  ASSERT_EQ(groups.size(), 2);
  // Tokens of the rows: 81, 47, 54, 40, 72; the groups: 81 + 47 and 72 + 54 + 40.
  contracts::VoiceBatch first = groups[0];
  contracts::VoiceBatch second = groups[1];
  contracts::VoiceBatch expected_first = model::test::pack({rows[0], rows[1]}, 11);
  contracts::VoiceBatch expected_second = model::test::pack({rows[2], rows[3], rows[4]}, 11);
  expect_same_rows(first, expected_first);
  expect_same_rows(second, expected_second);
}

TEST(RowGroups, TheWeightsStayTheWholeBatchs) {
  contracts::VoiceBatch batch = model::test::pack(five_rows(), 11);
  batch.audio_weights = torch::arange(batch.audio_weights.size(0), torch::kFloat32);
  batch.text_weights = torch::arange(batch.text_weights.size(0), torch::kFloat32);
  double audio = 0;
  double text = 0;
  for (const contracts::VoiceBatch& group : split_rows(batch, 3, by_tokens)) {
    audio += group.audio_weights.sum().item<double>();
    text += group.text_weights.sum().item<double>();
  }
  EXPECT_EQ(audio, batch.audio_weights.sum().item<double>());
  EXPECT_EQ(text, batch.text_weights.sum().item<double>());
}

TEST(RowGroups, NoMoreGroupsThanRows) {
  const contracts::VoiceBatch batch = model::test::pack(five_rows(), 11);
  EXPECT_EQ(split_rows(batch, 1, by_tokens).size(), 1);
  std::vector<std::int64_t> rows;
  for (const contracts::VoiceBatch& group : split_rows(batch, 64, by_tokens)) rows.push_back(rows_in(group));
  EXPECT_THAT(rows, testing::ElementsAre(1, 1, 1, 1, 1));
}

TEST(RowGroups, TheCostDecidesWhatIsTogether) {
  const auto by_frames = [](std::int64_t, std::int64_t frames) { return static_cast<double>(frames); };
  const auto groups = split_rows(model::test::pack(five_rows(), 11), 2, by_frames);
  EXPECT_EQ(groups[0].host_prompt_offsets.back(), 30) << "the long prompt is alone";
  EXPECT_EQ(groups[1].host_prompt_offsets.back(), 7 + 9 + 8 + 5);
}

}  // namespace
}  // namespace myxtts::training
