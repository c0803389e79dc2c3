#include "transfer/transfer_lane.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "core/error.hpp"
#include "transfer/checksum.hpp"

namespace myxtts::transfer {
namespace {

using device::Event;
using device::Stream;

[[noreturn]] void throw_unreliable(device::TransferRoute route, std::uint64_t sequence) {
  throw core::DeviceError(
      {.what = "a batch arrived changed each time it was sent",
       .where = "transfer, route '" + std::string(device::name_of(route)) + "'",
       .value =
           "batch " + std::to_string(sequence) + ", sent " + std::to_string(TransferLane::kMaxRepeats + 1) + " times",
       .expected = "the checksum of the batch that was sent",
       .advice = "The link or the memory of these GPUs is not reliable: check dmesg and nvidia-smi -q for errors, or "
                 "train on one GPU with --share-gpu."});
}

}  // namespace

TransferLane::TransferLane(device::DeviceRuntime& runtime, const TransferOptions& options, device::SpanRecorder* spans)
    : runtime_(runtime),
      options_(options),
      spans_(spans),
      states_(std::make_shared<concurrency::SlotStates>(options.slots)),
      buffers_(options.slots) {}

SentBatch TransferLane::send(const contracts::Batch& batch, const Event& ready) {
  const std::size_t slot = states_->acquire_free();
  try {
    runtime_.wait_on_device(ready, Stream::kTransfer);
    SentBatch sent;
    sent.slot = slot;
    {
      const device::MeasuredPart part(spans_, "transfer", batch.header.sequence, Stream::kTransfer);
      sent.batch = options_.verify ? verified_copy(batch, buffers_[slot]) : copy(batch, buffers_[slot]);
    }
    sent.arrived = runtime_.record(Stream::kTransfer);
    states_->mark_ready(slot);
    return sent;
  } catch (...) {
    states_->abandon(slot);
    throw;
  }
}

contracts::DeviceBatch TransferLane::accept(SentBatch sent) {
  states_->take(sent.slot);
  runtime_.wait_on_device(sent.arrived, Stream::kModel);
  return {std::move(sent.batch), lease(sent.slot)};
}

contracts::DeviceBatch TransferLane::move(const contracts::Batch& batch) {
  return accept(send(batch, runtime_.record(Stream::kData)));
}

contracts::Batch TransferLane::copy(const contracts::Batch& source, SlotBuffers& buffers) {
  contracts::Batch copy = source;
  std::size_t index = 0;
  contracts::for_each_tensor(copy, [&](torch::Tensor& tensor) {
    if (buffers.size() == index) buffers.emplace_back();
    torch::Tensor& buffer = buffers[index++];
    if (!tensor.defined()) return;
    const torch::Tensor view = view_like(buffer, tensor);
    runtime_.copy_async(view, tensor);
    tensor = view;
  });
  return copy;
}

contracts::Batch TransferLane::verified_copy(const contracts::Batch& source, SlotBuffers& buffers) {
  const auto session = runtime_.enter_transfer();  // so that the copies and the checksums that read them are ordered
  const torch::Tensor expected = checksums(source);
  contracts::Batch arrived = copy(source, buffers);
  for (int repeats = 0; !torch::equal(checksums(arrived), expected); ++repeats) {
    if (repeats == kMaxRepeats) throw_unreliable(runtime_.route(), source.header.sequence);
    ++repeats_;
    arrived = copy(source, buffers);
  }
  return arrived;
}

torch::Tensor TransferLane::view_like(torch::Tensor& buffer, const torch::Tensor& source) {
  const torch::NoGradGuard no_grad;
  const auto bytes = static_cast<std::int64_t>(source.nbytes());
  const std::int64_t capacity = buffer.defined() ? buffer.numel() : -1;
  if (bytes > capacity) {
    buffer = torch::Tensor();  // freed first, so that old and new buffer need not both fit into memory
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
