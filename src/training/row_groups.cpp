#include "training/row_groups.hpp"

#include <algorithm>
#include <numeric>
#include <span>

namespace myxtts::training {
namespace {

using Indices = std::vector<std::int64_t>;

// Where each row begins in a list whose positions count from 0 in each row, and the list's length at the end.
Indices row_starts(const torch::Tensor& positions) {
  Indices starts;
  const std::span values(positions.const_data_ptr<std::int64_t>(), static_cast<std::size_t>(positions.numel()));
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] == 0) starts.push_back(static_cast<std::int64_t>(i));
  }
  starts.push_back(positions.numel());
  return starts;
}

// Where each row's entries begin in an ascending list of packed positions, and the list's length at the end.
Indices row_starts(const torch::Tensor& packed_positions, const Indices& row_offsets) {
  Indices starts;
  const std::span values(packed_positions.const_data_ptr<std::int64_t>(),
                         static_cast<std::size_t>(packed_positions.numel()));
  for (const std::int64_t offset : row_offsets) {
    starts.push_back(std::ranges::lower_bound(values, offset) - values.begin());
  }
  return starts;
}

torch::Tensor piece(const torch::Tensor& values, const Indices& starts, std::int64_t row) {
  const auto r = static_cast<std::size_t>(row);
  return values.slice(0, starts[r], starts[r + 1]);
}

// A batch and where its rows are in each of its lists.
struct Rows {
  const contracts::VoiceBatch& batch;
  Indices text, audio, text_targets, audio_targets;

  explicit Rows(const contracts::VoiceBatch& of)
      : batch(of),
        text(row_starts(of.text_positions)),
        audio(row_starts(of.audio_positions)),
        text_targets(row_starts(of.text_rows, of.host_row_offsets)),
        audio_targets(row_starts(of.audio_rows, of.host_row_offsets)) {}

  [[nodiscard]] torch::Tensor gathered(const torch::Tensor& values, const Indices& starts, const Indices& rows) const {
    std::vector<torch::Tensor> pieces;
    for (const std::int64_t row : rows) pieces.push_back(piece(values, starts, row));
    return torch::cat(pieces);
  }

  // Packed positions of `rows`, counted in the packed rows of the new batch.
  [[nodiscard]] torch::Tensor moved(const torch::Tensor& positions, const Indices& starts, const Indices& rows,
                                    const Indices& new_offsets) const {
    std::vector<torch::Tensor> pieces;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::int64_t old_offset = batch.host_row_offsets[static_cast<std::size_t>(rows[i])];
      pieces.push_back(piece(positions, starts, rows[i]) + (new_offsets[i] - old_offset));
    }
    return torch::cat(pieces);
  }
};

Indices offsets_of(const Indices& old_offsets, const Indices& rows) {
  Indices offsets{0};
  for (const std::int64_t row : rows) {
    const auto r = static_cast<std::size_t>(row);
    offsets.push_back(offsets.back() + old_offsets[r + 1] - old_offsets[r]);
  }
  return offsets;
}

// Packed position -> row of [latents of all rows; text inputs; audio inputs].
torch::Tensor order_of(const Indices& text_starts, const Indices& audio_starts) {
  const auto rows = static_cast<std::int64_t>(text_starts.size()) - 1;
  const std::int64_t first_text = rows * contracts::kLatents;
  const std::int64_t first_audio = first_text + text_starts.back();
  std::vector<torch::Tensor> pieces;
  for (std::size_t r = 0; r + 1 < text_starts.size(); ++r) {
    const auto row = static_cast<std::int64_t>(r);
    pieces.push_back(torch::arange(row * contracts::kLatents, (row + 1) * contracts::kLatents));
    pieces.push_back(torch::arange(first_text + text_starts[r], first_text + text_starts[r + 1]));
    pieces.push_back(torch::arange(first_audio + audio_starts[r], first_audio + audio_starts[r + 1]));
  }
  return torch::cat(pieces);
}

contracts::VoiceBatch batch_of(const Rows& from, const Indices& rows) {
  const contracts::VoiceBatch& old = from.batch;
  contracts::VoiceBatch batch;
  batch.host_row_offsets = offsets_of(old.host_row_offsets, rows);
  batch.host_prompt_offsets = offsets_of(old.host_prompt_offsets, rows);
  batch.row_offsets = torch::tensor(batch.host_row_offsets, torch::kInt64).to(torch::kInt32);
  batch.prompt_offsets = torch::tensor(batch.host_prompt_offsets, torch::kInt64).to(torch::kInt32);
  batch.prompt_mels = from.gathered(old.prompt_mels, old.host_prompt_offsets, rows);
  batch.text_ids = from.gathered(old.text_ids, from.text, rows);
  batch.text_positions = from.gathered(old.text_positions, from.text, rows);
  batch.audio_ids = from.gathered(old.audio_ids, from.audio, rows);
  batch.audio_positions = from.gathered(old.audio_positions, from.audio, rows);
  batch.order = order_of(offsets_of(from.text, rows), offsets_of(from.audio, rows));
  batch.text_rows = from.moved(old.text_rows, from.text_targets, rows, batch.host_row_offsets);
  batch.text_targets = from.gathered(old.text_targets, from.text_targets, rows);
  batch.text_weights = from.gathered(old.text_weights, from.text_targets, rows);
  batch.audio_rows = from.moved(old.audio_rows, from.audio_targets, rows, batch.host_row_offsets);
  batch.audio_targets = from.gathered(old.audio_targets, from.audio_targets, rows);
  batch.audio_weights = from.gathered(old.audio_weights, from.audio_targets, rows);
  batch.text_target_count = batch.text_targets.size(0);
  batch.audio_target_count = batch.audio_targets.size(0);
  return batch;
}

// The dearest row first, each to the group that has least so far.
std::vector<Indices> balanced(const std::vector<double>& costs, std::size_t groups) {
  Indices by_cost(costs.size());
  std::iota(by_cost.begin(), by_cost.end(), 0);
  const auto cost_of = [&](std::int64_t row) { return costs[static_cast<std::size_t>(row)]; };
  std::ranges::stable_sort(by_cost, std::ranges::greater(), cost_of);
  std::vector<Indices> members(groups);
  std::vector<double> totals(groups, 0.0);
  for (const std::int64_t row : by_cost) {
    const auto least = static_cast<std::size_t>(std::ranges::min_element(totals) - totals.begin());
    members[least].push_back(row);
    totals[least] += cost_of(row);
  }
  for (Indices& rows : members) std::ranges::sort(rows);
  return members;
}

}  // namespace

std::vector<contracts::VoiceBatch> split_rows(const contracts::VoiceBatch& batch, std::int64_t groups,
                                              const RowCost& cost) {
  std::vector<double> costs;
  for (std::size_t r = 0; r + 1 < batch.host_row_offsets.size(); ++r) {
    costs.push_back(cost(batch.host_row_offsets[r + 1] - batch.host_row_offsets[r],
                         batch.host_prompt_offsets[r + 1] - batch.host_prompt_offsets[r]));
  }
  const std::size_t count = std::min(costs.size(), static_cast<std::size_t>(std::max<std::int64_t>(groups, 1)));
  if (count <= 1) return {batch};
  const Rows rows(batch);
  std::vector<contracts::VoiceBatch> parts;
  for (const Indices& members : balanced(costs, count)) parts.push_back(batch_of(rows, members));
  return parts;
}

}  // namespace myxtts::training
