#pragma once
// The one way from the data role to the model role.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "concurrency/slot_states.hpp"
#include "contracts/batch.hpp"
#include "contracts/device_batch.hpp"
#include "device/runtime.hpp"
#include "device/span_recorder.hpp"

namespace myxtts::transfer {

struct TransferOptions {
  std::size_t slots = 2;
  bool verify = false;  // compare checksums of both sides, and send a batch again that arrived changed; this waits
};

// A batch on its way: its copies are enqueued, and it will be read once they are done.
struct SentBatch {
  contracts::Batch batch;  // tensors on the model device, views into the slot
  std::size_t slot = 0;
  device::Event arrived;
};

// Copies batches into a fixed number of slots on the model device. A slot has one flat buffer for each tensor of a
// batch; buffers belong to the model role and grow only when a larger tensor comes, so the steady state allocates
// nothing. On a CPU too this is a real copy: no tensor of the data role ever reaches training.
//
// Thread: send() and move() by one thread at a time, accept() and cancel() by any other. The runtime must outlive the
// lane and its leases; the lane may go before its leases.
class TransferLane {
 public:
  // `spans` gets "transfer", from the grant of a slot on. Throws: std::invalid_argument when there is no slot.
  explicit TransferLane(device::DeviceRuntime& runtime, const TransferOptions& options = {},
                        device::SpanRecorder* spans = nullptr);
  TransferLane(const TransferLane&) = delete;
  TransferLane& operator=(const TransferLane&) = delete;

  // Enqueues the copies of a batch that is made once `ready` has passed. Blocks while every slot is leased; a slot is
  // written only after the work enqueued before its release.
  // Throws: concurrency::Cancelled after cancel(); device::AllocationRefused over the model role's cap (the slot is
  // free again then); core::DeviceError where a verified batch arrives changed kMaxRepeats + 1 times. Stream:
  // transfer.
  [[nodiscard]] SentBatch send(const contracts::Batch& batch, const device::Event& ready);

  // Hands a batch to training: what the model's stream gets from now on waits for its copies, and nothing before does.
  [[nodiscard]] contracts::DeviceBatch accept(SentBatch sent);

  // A batch of which all work is enqueued, sent and accepted.
  [[nodiscard]] contracts::DeviceBatch move(const contracts::Batch& batch);

  // Ends every send() that waits, and every later one, with concurrency::Cancelled. Leases can still be released.
  void cancel() noexcept { states_->cancel(); }

  [[nodiscard]] std::size_t slots() const { return buffers_.size(); }
  // How often a batch was sent again because it had arrived changed. Thread: any.
  [[nodiscard]] std::uint64_t repeats() const { return repeats_; }

  static constexpr int kMaxRepeats = 3;  // of one batch

 private:
  using SlotBuffers = std::vector<torch::Tensor>;  // uint8 [capacity], by the tensor's index in the batch

  contracts::Batch copy(const contracts::Batch& source, SlotBuffers& buffers);
  contracts::Batch verified_copy(const contracts::Batch& source, SlotBuffers& buffers);
  torch::Tensor view_like(torch::Tensor& buffer, const torch::Tensor& source);
  contracts::SlotLease lease(std::size_t slot);

  device::DeviceRuntime& runtime_;
  TransferOptions options_;
  device::SpanRecorder* spans_;
  std::shared_ptr<concurrency::SlotStates> states_;
  std::vector<SlotBuffers> buffers_;  // of each slot
  std::atomic<std::uint64_t> repeats_{0};
};

}  // namespace myxtts::transfer
