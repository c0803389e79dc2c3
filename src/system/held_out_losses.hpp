#pragma once
// Validation: the losses of held-out clips.

#include <functional>
#include <vector>

#include "contracts/batch.hpp"
#include "contracts/learner.hpp"
#include "core/reports.hpp"
#include "transfer/transfer_lane.hpp"

namespace myxtts::system {

// A function that moves the batches, one after the other, and returns the mean losses over all of them. Empty where
// there is no batch. What is lent must outlive it. Thread: the model role's.
[[nodiscard]] std::function<core::Losses()> held_out_losses(contracts::Learner& learner,
                                                            const std::vector<contracts::Batch>& batches,
                                                            transfer::TransferLane& lane);

}  // namespace myxtts::system
