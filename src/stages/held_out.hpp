#pragma once
// The batches of held-out clips that a stage is validated on.

#include <cstdint>
#include <vector>

#include "config/settings.hpp"
#include "contracts/batch.hpp"
#include "planning/schedule.hpp"
#include "preparation/preparation.hpp"

namespace myxtts::stages {

// The first settings.validation.max_clips clips in consecutive batches, each weighted as an optimiser step of its own.
// `costs`: of each held-out clip. A clip whose recording is broken is left out: a mean over silence would say nothing.
// Thread: the data role's.
[[nodiscard]] std::vector<contracts::Batch> prepare_held_out(preparation::Preparation& preparation,
                                                             std::vector<std::int64_t> costs,
                                                             const config::Settings& settings,
                                                             const planning::TargetsOfRow& targets);

}  // namespace myxtts::stages
