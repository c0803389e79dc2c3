#pragma once
// The only path from the data role to the model role.

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
  bool verify = false;  // compare checksums of both sides, and resend a batch that arrived changed; this waits
};

// A batch in transit: its copies are enqueued, but may not be done.
struct SentBatch {
  contracts::Batch batch;  // tensors on the model device, views into the slot
  std::size_t slot = 0;
  device::Event arrived;
};

// Copies batches into a fixed number of slots on the model device. A slot has one flat buffer for each tensor of a
// batch. Buffers belong to the model role and grow only when a larger tensor comes, so the steady state allocates no
// memory. On a CPU too this is a real copy: training never reads a tensor of the data role.
//
// Thread: send() and move() by one thread at a time, accept() and cancel() by any other. The runtime must outlive the
// lane and its leases; the lane may be destroyed before its leases.
class TransferLane {
 public:
  // `spans` records "transfer", from the time a slot is free. Throws: std::invalid_argument when there is no slot.
  explicit TransferLane(device::DeviceRuntime& runtime, const TransferOptions& options = {},
                        device::SpanRecorder* spans = nullptr);
  TransferLane(const TransferLane&) = delete;
  TransferLane& operator=(const TransferLane&) = delete;

  // Enqueues the copies of a batch, which is complete once `ready` has passed. Blocks while every slot is leased; a
  // slot is written only after the work that was enqueued before its release.
  // Throws: concurrency::Cancelled after cancel(); device::AllocationRefused over the model role's cap (the slot is
  // free again then); core::DeviceError if a verified batch arrives changed kMaxRepeats + 1 times. Stream: transfer.
  [[nodiscard]] SentBatch send(const contracts::Batch& batch, const device::Event& ready);

  // Passes a batch to training: later work on the model's stream waits for its copies; earlier work does not.
  [[nodiscard]] contracts::DeviceBatch accept(SentBatch sent);

  // Sends and accepts a batch whose work is already enqueued.
  [[nodiscard]] contracts::DeviceBatch move(const contracts::Batch& batch);

  // Ends every waiting and every later send() with concurrency::Cancelled. Leases can still be released.
  void cancel() noexcept { states_->cancel(); }

  [[nodiscard]] std::size_t slots() const { return buffers_.size(); }
  // How many times batches were resent because they had arrived changed. Thread: any.
  [[nodiscard]] std::uint64_t repeats() const { return repeats_; }

  static constexpr int kMaxRepeats = 3;  // max repeats of one batch

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
