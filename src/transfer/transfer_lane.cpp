#include "transfer/transfer_lane.hpp"

#include <algorithm>
#include <utility>

#include "core/stage_clock.hpp"

namespace myxtts::transfer {

using device::Event;
using device::Stream;

TransferLane::TransferLane(device::DeviceRuntime& runtime, std::size_t slots)
    : runtime_(runtime), states_(std::make_shared<pipeline::SlotStates>(slots)), buffers_(slots) {}

contracts::DeviceBatch TransferLane::move(contracts::Batch batch) {
  const std::size_t slot = states_->acquire_free();
  const core::Stopwatch watch;
  states_->mark_ready(slot);
  states_->take(slot);
  contracts::SlotLease slot_lease = lease(slot);  // gives the slot back, should a copy fail
  runtime_.wait_on_device(runtime_.record(Stream::kData), Stream::kTransfer);
  fill(buffers_[slot], batch);
  runtime_.wait_on_device(runtime_.record(Stream::kTransfer), Stream::kModel);
  batch.header.transfer_ms = watch.milliseconds();
  return {std::move(batch), std::move(slot_lease)};
}

void TransferLane::fill(SlotBuffers& buffers, contracts::Batch& batch) {
  std::size_t index = 0;
  contracts::for_each_tensor(batch, [&](torch::Tensor& tensor) {
    if (buffers.size() == index) buffers.emplace_back();
    torch::Tensor& buffer = buffers[index++];
    if (!tensor.defined()) return;
    const torch::Tensor view = view_like(buffer, tensor);
    runtime_.copy_async(view, tensor, Stream::kTransfer);
    tensor = view;
  });
}

torch::Tensor TransferLane::view_like(torch::Tensor& buffer, const torch::Tensor& source) {
  const torch::NoGradGuard no_grad;
  const auto bytes = static_cast<std::int64_t>(source.nbytes());
  const std::int64_t capacity = buffer.defined() ? buffer.numel() : -1;
  if (bytes > capacity) {
    buffer = torch::Tensor();  // first, so that the old one and the new one need not fit together
    buffer = runtime_.allocate_transfer_buffer(std::max(bytes, capacity + capacity / 2));
  }
  return buffer.narrow(0, 0, bytes).view(source.scalar_type()).view(source.sizes());
}

contracts::SlotLease TransferLane::lease(std::size_t slot) {
  return contracts::SlotLease([states = states_, &runtime = runtime_, slot] {
    const Event read = runtime.record(Stream::kModel);
    states->release(slot, [&runtime, read] { runtime.wait_on_device(read, Stream::kTransfer); });
  });
}

}  // namespace myxtts::transfer
