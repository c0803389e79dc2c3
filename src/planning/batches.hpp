#pragma once
// Splits an epoch into batches. Pure functions.

#include <cstdint>
#include <span>
#include <vector>

#include "config/settings.hpp"
#include "planning/epoch_key.hpp"

namespace myxtts::planning {

struct PlannedBatch {
  std::vector<std::uint32_t> clips;
};

// An epoch in random order, with each clip as often as its weight says (visits.hpp); depends only on the arguments.
// by = count: settings.size clips per batch; the last batch has the rest.
// by = cost: batches of about equal cost, settings.size times the mean cost of a clip. They have about equal numbers of
// clips too, which balances the costs that do not depend on a row's length (its prompt).
// costs: of each clip, in tokens, at least 1. weights: of each clip; empty: all 1. Throws: std::invalid_argument if
// there are no clips.
[[nodiscard]] std::vector<PlannedBatch> plan_epoch(std::span<const std::int64_t> costs,
                                                   const config::BatchSettings& settings, const EpochKey& key,
                                                   std::span<const double> weights = {});

// All clips in the given order, without randomness, for evaluation: consecutive clips up to the size of a batch (a
// single clip if it alone exceeds that size).
[[nodiscard]] std::vector<PlannedBatch> plan_in_order(std::span<const std::int64_t> costs,
                                                      const config::BatchSettings& settings);

}  // namespace myxtts::planning
