#include "system/pipeline.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "pipeline/cancelled.hpp"

namespace myxtts::system {

Pipeline::Pipeline(device::DeviceRuntime& runtime, preparation::Preparation& preparation, PlanBatch plan,
                   const PipelineOptions& options, core::StageClock& clock)
    : runtime_(runtime),
      preparation_(preparation),
      plan_(std::move(plan)),
      options_(options),
      clock_(clock),
      count_(options.end_sequence - std::min(options.first_sequence, options.end_sequence)),
      lane_(runtime, {.slots = 2, .verify = options.verify_transfer}),
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
    stages_.run("decode", [this](std::stop_token stop) { decode(stop); });
  }
  stages_.run("data role", [this](std::stop_token) { prepare(); });
  stages_.run("transfer", [this](std::stop_token) { transfer(); });
}

void Pipeline::decode(std::stop_token stop) {
  while (!stop.stop_requested()) {
    const std::uint64_t sequence = next_to_decode_++;
    if (sequence >= count_) return;
    auto permit = decoded_.reserve(sequence);
    preparation::RawBatch raw = preparation_.decode(plan_(options_.first_sequence + sequence));
    clock_.add("decode", 1e-3 * raw.decode_ms);
    permit.send(std::move(raw));
  }
}

std::optional<preparation::RawBatch> Pipeline::next_raw(std::uint64_t sequence) {
  if (options_.workers > 0) return decoded_.receive();
  if (sequence >= count_) return std::nullopt;
  preparation::RawBatch raw = preparation_.decode(plan_(options_.first_sequence + sequence));
  clock_.add("decode", 1e-3 * raw.decode_ms);
  return raw;
}

void Pipeline::prepare() {
  const auto session = runtime_.enter(device::Role::kData);
  for (std::uint64_t sequence = 0; sequence < count_; ++sequence) {
    auto permit = prepared_.reserve(sequence);
    std::optional<preparation::RawBatch> raw = next_raw(sequence);
    if (!raw) return;
    const double decode_ms = options_.workers == 0 ? raw->decode_ms : 0;
    const core::Stopwatch watch;
    contracts::Batch batch = preparation_.prepare(std::move(*raw));
    batch.header.produce_ms = decode_ms + watch.milliseconds();
    clock_.add("prepare", watch.seconds());
    permit.send({std::move(batch), runtime_.record(device::Stream::kData)});
  }
}

void Pipeline::transfer() {
  const auto session = runtime_.enter(device::Role::kData);
  for (std::uint64_t sequence = 0; sequence < count_; ++sequence) {
    auto permit = sent_.reserve(sequence);
    const std::optional<PreparedBatch> prepared = prepared_.receive();
    if (!prepared) return;
    transfer::SentBatch sent = lane_.send(prepared->batch, prepared->ready);
    clock_.add("transfer", 1e-3 * sent.batch.header.transfer_ms);
    permit.send(std::move(sent));
  }
}

template <class Take>
auto Pipeline::take(Take from) {
  try {
    return from();
  } catch (const pipeline::Cancelled&) {
    stages_.join();
    throw;
  } catch (const pipeline::UnsentPermit&) {
    stages_.join();  // the same: a stage's failure drops its permit before it stops the others
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

}  // namespace myxtts::system
