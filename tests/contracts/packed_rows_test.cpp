#include "contracts/packed_rows.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "model/rows.hpp"

namespace myxtts::contracts {
namespace {

using ::testing::ElementsAre;

std::vector<std::int64_t> list(const torch::Tensor& tensor) {
  return {tensor.data_ptr<std::int64_t>(), tensor.data_ptr<std::int64_t>() + tensor.numel()};
}

TEST(PackedRows, ARowIsFoundOnEachAxis) {
  const std::vector<model::test::Row> given = model::test::three_rows();
  const PackedRows rows = model::test::pack(given, 11);
  EXPECT_THAT(list(codes_of_row(rows, 0)), ElementsAre(9, 2, 6, 5));
  EXPECT_THAT(list(codes_of_row(rows, 1)), ElementsAre(0, 1, 2, 3, 4, 5, 6));
  EXPECT_THAT(list(codes_of_row(rows, 2)), ElementsAre(8));
  EXPECT_THAT(list(part_of_row(rows.text_targets, rows.text_target_offsets, 1)), ElementsAre(7, 19));
  for (std::size_t row = 0; row < given.size(); ++row) {
    EXPECT_TRUE(part_of_row(rows.prompt_mels, rows.prompt_offsets, row).equal(given[row].prompt)) << row;
  }
  EXPECT_THROW((void)codes_of_row(rows, 3), std::out_of_range);
}

TEST(PackedRows, APartOfARowIsAView) {
  const PackedRows rows = model::test::pack(model::test::three_rows(), 11);
  EXPECT_TRUE(codes_of_row(rows, 1).is_alias_of(rows.audio_targets));
}

TEST(PackedRows, LengthsAreThoseBetweenOffsets) {
  EXPECT_THAT(lengths_of({0, 4, 5, 12}), ElementsAre(4, 1, 7));
  EXPECT_THAT(lengths_of({0}), ElementsAre());
}

}  // namespace
}  // namespace myxtts::contracts
