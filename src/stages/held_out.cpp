#include "stages/held_out.hpp"

#include <algorithm>

#include "planning/batches.hpp"

namespace myxtts::stages {
namespace {

// Removes broken clips from the batch; returns their number.
std::size_t leave_out_broken(planning::PlannedBatch& batch, const preparation::RawBatch& raw) {
  std::size_t row = 0;
  return std::erase_if(batch.clips, [&](std::uint32_t) { return raw.rows[row++].is_broken; });
}

}  // namespace

std::vector<contracts::Batch> prepare_held_out(preparation::Preparation& preparation, std::vector<std::int64_t> costs,
                                               const config::Settings& settings,
                                               const planning::TargetsOfRow& targets) {
  costs.resize(std::min(costs.size(), static_cast<std::size_t>(settings.validation.max_clips)));
  std::vector<contracts::Batch> batches;
  if (costs.empty()) return batches;
  for (planning::PlannedBatch& batch : planning::plan_in_order(costs, settings.batch)) {
    preparation::RawBatch raw = preparation.decode(planning::single_step_plan(batch, targets));
    if (const std::size_t broken = leave_out_broken(batch, raw); broken > 0) {
      if (batch.clips.empty()) continue;
      raw = preparation.decode(planning::single_step_plan(batch, targets));
    }
    batches.push_back(preparation.prepare(std::move(raw)));
  }
  return batches;
}

}  // namespace myxtts::stages
