#pragma once
// Which clips go together: an epoch cut into batches. Pure functions.

#include <cstdint>
#include <span>
#include <vector>

#include "config/settings.hpp"
#include "planning/epoch_key.hpp"

namespace myxtts::planning {

struct PlannedBatch {
  std::vector<std::uint32_t> clips;
};

// An epoch in random order, every clip as often as its weight says (visits.hpp); a function of its arguments alone.
// by = count: settings.size clips a batch, the last with what is left.
// by = cost: batches of level cost, about settings.size times the mean cost each; their number of clips is level too,
// which levels what each row costs whatever its length (its prompt).
// costs: of each clip, in tokens, at least 1. weights: of each clip; none: 1 each. Throws: std::invalid_argument where
// there are no clips.
[[nodiscard]] std::vector<PlannedBatch> plan_epoch(std::span<const std::int64_t> costs,
                                                   const config::BatchSettings& settings, const EpochKey& key,
                                                   std::span<const double> weights = {});

// All clips in their own order, without chance, for evaluation: consecutive clips to at most the size of a batch (one
// clip where that alone is more).
[[nodiscard]] std::vector<PlannedBatch> plan_in_order(std::span<const std::int64_t> costs,
                                                      const config::BatchSettings& settings);

}  // namespace myxtts::planning
