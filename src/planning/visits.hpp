#pragma once
// How often each clip is visited in an epoch. A pure function.

#include <cstdint>
#include <span>
#include <vector>

#include "planning/epoch_key.hpp"

namespace myxtts::planning {

// Indices into `weights`, ascending, each as often as its clip is visited: the integer part of its weight, plus one
// with the probability of the fractional part, drawn for each clip and epoch; the mean over many epochs is the weight.
// At least one clip is visited. Throws: std::invalid_argument if there are no clips.
[[nodiscard]] std::vector<std::uint32_t> visits_in_epoch(std::span<const double> weights, const EpochKey& key);

}  // namespace myxtts::planning
