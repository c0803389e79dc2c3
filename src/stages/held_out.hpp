#pragma once
// The batches of held-out clips for a stage's validation.

#include <cstdint>
#include <vector>

#include "config/settings.hpp"
#include "contracts/batch.hpp"
#include "planning/schedule.hpp"
#include "preparation/preparation.hpp"

namespace myxtts::stages {

// The first settings.validation.max_clips clips in consecutive batches, each weighted like a separate optimiser step.
// `costs`: of each held-out clip. Broken clips are left out, because a loss on silence is meaningless.
// Thread: the data role's.
[[nodiscard]] std::vector<contracts::Batch> prepare_held_out(preparation::Preparation& preparation,
                                                             std::vector<std::int64_t> costs,
                                                             const config::Settings& settings,
                                                             const planning::TargetsOfRow& targets);

}  // namespace myxtts::stages
