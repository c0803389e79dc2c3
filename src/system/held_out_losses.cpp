#include "system/held_out_losses.hpp"

namespace myxtts::system {

std::function<core::Losses()> held_out_losses(contracts::Learner& learner, const std::vector<contracts::Batch>& batches,
                                              transfer::TransferLane& lane) {
  if (batches.empty()) return {};
  return [&learner, &batches, &lane] {
    core::Losses sums;
    for (const contracts::Batch& batch : batches) {
      contracts::DeviceBatch moved = lane.move(batch);
      for (const auto& [name, sum] : learner.evaluate(moved)) sums[name] += sum;
      moved.lease.release();
    }
    return learner.combine(sums);
  };
}

}  // namespace myxtts::system
