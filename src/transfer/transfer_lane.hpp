#pragma once
// The one way from the data role to the model role.

#include <cstddef>
#include <memory>
#include <vector>

#include "contracts/batch.hpp"
#include "contracts/device_batch.hpp"
#include "device/runtime.hpp"
#include "pipeline/slot_states.hpp"

namespace myxtts::transfer {

// Copies batches into a fixed number of slots on the model device. A slot has one flat buffer for each tensor of a
// batch; buffers belong to the model role and grow only when a larger tensor comes, so the steady state allocates
// nothing. On a CPU too this is a real copy: no tensor of the data role ever reaches training.
//
// Thread: move() by any thread, cancel() by any other. The runtime must outlive the lane and its leases; the lane may
// go before its leases.
class TransferLane {
 public:
  // Throws: std::invalid_argument when there is no slot.
  explicit TransferLane(device::DeviceRuntime& runtime, std::size_t slots = 2);
  TransferLane(const TransferLane&) = delete;
  TransferLane& operator=(const TransferLane&) = delete;

  // The batch in a slot of the model device, its copies enqueued before whatever the model's stream gets from now on.
  // Blocks while every slot is leased; a slot is written only after the work enqueued before its release. Sets
  // header.transfer_ms to the host's time from the grant of the slot (on a CPU the whole copy).
  // Throws: pipeline::Cancelled after cancel(); core::OutOfMemoryError over the model role's cap (the slot is free
  // again then). Stream: transfer, ordered after data and before model.
  [[nodiscard]] contracts::DeviceBatch move(contracts::Batch batch);

  // Ends every move() that waits, and every later one, with pipeline::Cancelled. Leases can still be released.
  void cancel() noexcept { states_->cancel(); }

  [[nodiscard]] std::size_t slots() const { return buffers_.size(); }

 private:
  using SlotBuffers = std::vector<torch::Tensor>;  // uint8 [capacity], by the tensor's index in the batch

  void fill(SlotBuffers& buffers, contracts::Batch& batch);
  torch::Tensor view_like(torch::Tensor& buffer, const torch::Tensor& source);
  contracts::SlotLease lease(std::size_t slot);

  device::DeviceRuntime& runtime_;
  std::shared_ptr<pipeline::SlotStates> states_;
  std::vector<SlotBuffers> buffers_;  // of each slot
};

}  // namespace myxtts::transfer
