#pragma once
// Model sizes: each fills in the figures of the architecture and its usual batch and rate.

#include <cstdint>
#include <string_view>

#include "config/settings.hpp"

namespace myxtts::config {

// Settings of a model size: tiny, small, normal, big or xtts-v2. Throws UsageError on another name.
[[nodiscard]] Settings preset(std::string_view size);

// Fills in codec.steps and voice.steps where they are 0, from the number of training clips and the batches of an epoch.
// Ours: ten voice steps a clip, at least 250, at most what the preset's machine trains in a sitting.
void plan_steps(Settings& settings, std::int64_t clips, std::int64_t batches_per_epoch);

// Fills in run.threads where it is 0: every core.
void decide_threads(RunSettings& run);

}  // namespace myxtts::config
