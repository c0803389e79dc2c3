#include "pipeline/pipeline.hpp"

#include <c10/util/Exception.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <utility>

#include "concurrency/cancelled.hpp"
#include "device/out_of_memory.hpp"

namespace myxtts::pipeline {
namespace {

// How many batches the data role's thread may be ahead of its device: enough that the device never waits for it. Until
// a batch is made, its recordings are in page-locked memory, which must not grow with the buffer.
constexpr std::size_t kBatchesAhead = 2;

}  // namespace

Pipeline::Pipeline(device::DeviceRuntime& runtime, const planning::StageSchedule& schedule,
                   preparation::Preparation& preparation, transfer::TransferLane& lane, const PipelineOptions& options,
                   device::SpanRecorder& spans)
    : Pipeline(
          runtime, [&schedule](std::uint64_t sequence) { return schedule.at(sequence); }, preparation, lane, options,
          spans) {}

Pipeline::Pipeline(device::DeviceRuntime& runtime, PlanBatch plan, preparation::Preparation& preparation,
                   transfer::TransferLane& lane, const PipelineOptions& options, device::SpanRecorder& spans)
    : runtime_(runtime),
      plan_(std::move(plan)),
      preparation_(preparation),
      lane_(lane),
      options_(options),
      spans_(spans),
      count_(options.end_sequence - std::min(options.first_sequence, options.end_sequence)),
      decoded_(static_cast<std::size_t>(std::max<std::int64_t>(1, options.workers)) + 1),
      prepared_(static_cast<std::size_t>(options.buffer)),
      sent_(1) {
  stages_.add_channel(decoded_);
  stages_.add_channel(prepared_);
  stages_.add_channel(sent_);
  stages_.add_cancel([this] { lane_.cancel(); });
  decoded_.finish(count_);
  prepared_.finish(count_);
  sent_.finish(count_);
  for (std::int64_t i = 0; i < options_.workers; ++i) {
    start("decode", [this](std::stop_token stop) { decode_all(stop); });
  }
  start("data role", [this](std::stop_token) { prepare_all(); });
  start("transfer", [this](std::stop_token) { transfer_all(); });
}

void Pipeline::start(const std::string& stage, concurrency::StageGroup::Body body) {
  stages_.run(stage, [stage, body = std::move(body)](std::stop_token stop) {
    try {
      body(std::move(stop));
    } catch (c10::Error& error) {  // torch's own errors: the group adds the stage's name only to core::Error
      error.add_context("in the stage '" + stage + "'");
      throw;
    }
  });
}

void Pipeline::decode_all(std::stop_token stop) {
  while (!stop.stop_requested()) {
    const std::uint64_t sequence = next_to_decode_++;
    if (sequence >= count_) return;
    auto permit = decoded_.reserve(sequence);
    permit.send(decode(sequence));
  }
}

preparation::RawBatch Pipeline::decode(std::uint64_t sequence) {
  const std::uint64_t planned = options_.first_sequence + sequence;
  const device::MeasuredPart part(&spans_, "decode", planned);
  return preparation_.decode(plan_(planned));
}

void Pipeline::prepare_all() {
  const auto session = runtime_.enter(device::Role::kData);
  std::deque<device::Event> unfinished;
  for (std::uint64_t sequence = 0; sequence < count_; ++sequence) {
    auto permit = prepared_.reserve(sequence);
    if (unfinished.size() == kBatchesAhead) {
      runtime_.wait_on_host(unfinished.front());
      unfinished.pop_front();
    }
    std::optional<preparation::RawBatch> raw;
    if (options_.workers > 0) {
      raw = decoded_.receive();
      if (!raw) return;
    }
    contracts::Batch batch = device::translate_out_of_memory(device::Role::kData, runtime_,
                                                             [&] { return prepare(sequence, std::move(raw)); });
    buffered_bytes_ += contracts::bytes_of(batch);
    unfinished.push_back(runtime_.record(device::Stream::kData));
    permit.send({std::move(batch), unfinished.back()});
  }
}

contracts::Batch Pipeline::prepare(std::uint64_t sequence, std::optional<preparation::RawBatch> raw) {
  const device::MeasuredPart part(&spans_, "prepare", options_.first_sequence + sequence, device::Stream::kData);
  if (!raw) raw = decode(sequence);
  return preparation_.prepare(std::move(*raw));
}

void Pipeline::transfer_all() {
  const auto session = runtime_.enter_transfer();  // not at the data role's low priority: a late copy delays the model
  for (std::uint64_t sequence = 0; sequence < count_; ++sequence) {
    auto permit = sent_.reserve(sequence);
    const std::optional<PreparedBatch> prepared = prepared_.receive();
    if (!prepared) return;
    buffered_bytes_ -= contracts::bytes_of(prepared->batch);
    permit.send(device::translate_out_of_memory(  // the slots belong to the model role
        device::Role::kModel, runtime_, [&] { return lane_.send(prepared->batch, prepared->ready); }));
  }
}

template <class Take>
auto Pipeline::take(Take from) {
  try {
    return from();
  } catch (const concurrency::Cancelled&) {
    stages_.join();
    throw;
  } catch (const concurrency::UnsentPermit&) {
    stages_.join();  // as above: a failing stage drops its permit before it stops the others
    throw;
  }
}

void Pipeline::wait_until_warm() {
  if (std::exchange(warm_, true)) return;
  take([this] { prepared_.wait_until_full_or(std::chrono::duration<double>(options_.start_delay_seconds)); });
}

std::optional<contracts::DeviceBatch> Pipeline::next() {
  wait_until_warm();
  return take([this]() -> std::optional<contracts::DeviceBatch> {
    std::optional<transfer::SentBatch> sent = sent_.receive();
    if (!sent) return std::nullopt;
    return lane_.accept(std::move(*sent));
  });
}

}  // namespace myxtts::pipeline
