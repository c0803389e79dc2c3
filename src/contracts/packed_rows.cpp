#include "contracts/packed_rows.hpp"

#include "architecture/voice_row.hpp"

namespace myxtts::contracts {

RowOffsets rows_with_padding(RowOffsets row_offsets, std::int64_t tokens) {
  if (row_offsets.back() < tokens) row_offsets.push_back(tokens);
  return row_offsets;
}

std::vector<std::int64_t> lengths_of(const RowOffsets& offsets) {
  std::vector<std::int64_t> lengths;
  for (std::size_t row = 1; row < offsets.size(); ++row) lengths.push_back(offsets[row] - offsets[row - 1]);
  return lengths;
}

torch::Tensor part_of_row(const torch::Tensor& values, const RowOffsets& offsets, std::size_t row) {
  return values.narrow(0, offsets.at(row), offsets.at(row + 1) - offsets.at(row));
}

torch::Tensor codes_of_row(const PackedRows& rows, std::size_t row) {
  const torch::Tensor targets = part_of_row(rows.audio_targets, rows.audio_target_offsets, row);
  return targets.narrow(0, 0, targets.size(0) - architecture::kAudioStopTargets);
}

}  // namespace myxtts::contracts
