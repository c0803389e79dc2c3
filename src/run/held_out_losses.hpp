#pragma once
// Validation: the losses of held-out clips.

#include <functional>
#include <vector>

#include "contracts/batch.hpp"
#include "contracts/learner.hpp"
#include "core/reports.hpp"
#include "transfer/transfer_lane.hpp"

namespace myxtts::run {

// Returns a function that moves the batches one by one and returns the mean losses over all of them. The function is
// empty if there are no batches. The arguments must outlive it. Thread: the model role's.
[[nodiscard]] std::function<core::Losses()> held_out_losses(contracts::Learner& learner,
                                                            const std::vector<contracts::Batch>& batches,
                                                            transfer::TransferLane& lane);

}  // namespace myxtts::run
