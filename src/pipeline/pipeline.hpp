#pragma once
// The running pipeline of a stage: decode workers -> data role -> buffer -> transfer lane -> BatchSource.

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "concurrency/channel.hpp"
#include "concurrency/stage_group.hpp"
#include "contracts/device_batch.hpp"
#include "device/runtime.hpp"
#include "device/span_recorder.hpp"
#include "planning/schedule.hpp"
#include "preparation/preparation.hpp"
#include "transfer/transfer_lane.hpp"

namespace myxtts::pipeline {

struct PipelineOptions {
  std::int64_t workers = 0;        // decoding threads; 0: the data role's thread decodes
  std::int64_t buffer = 1;         // max number of ready batches on the data device
  double start_delay_seconds = 0;  // training starts with a full buffer or after so long
  std::uint64_t first_sequence = 0;
  std::uint64_t end_sequence = 0;
};

using PlanBatch = std::function<planning::BatchPlan(std::uint64_t sequence)>;

class Pipeline final : public contracts::BatchSource {
 public:
  // Starts all threads. `spans` records "decode" and "prepare". All objects passed by reference must outlive the
  // pipeline, and the leases of its batches must be released before it is destroyed.
  Pipeline(device::DeviceRuntime& runtime, PlanBatch plan, preparation::Preparation& preparation,
           transfer::TransferLane& lane, const PipelineOptions& options, device::SpanRecorder& spans);
  // Same for the batches of a schedule.
  Pipeline(device::DeviceRuntime& runtime, const planning::StageSchedule& schedule,
           preparation::Preparation& preparation, transfer::TransferLane& lane, const PipelineOptions& options,
           device::SpanRecorder& spans);

  // Waits until the buffer is full or the start delay has passed; only the first call waits. Call it before the first
  // batch is taken.
  // Throws what a stage threw. Thread: the model role's.
  void wait_until_warm();

  // The next batch; calls wait_until_warm() first if that has not been called.
  // Throws what a stage threw. Thread: the model role's.
  [[nodiscard]] std::optional<contracts::DeviceBatch> next() override;
  // Bytes of the ready batches. Thread: any.
  [[nodiscard]] std::int64_t buffered_bytes() const { return buffered_bytes_; }
  [[nodiscard]] std::int64_t buffered() const override { return static_cast<std::int64_t>(prepared_.ready()); }

  // Times spent waiting for a batch in an empty buffer, and for space in a full one. Thread: any.
  [[nodiscard]] concurrency::StallStatistics buffer_stalls() const { return prepared_.stalls(); }

 private:
  // `ready` passes when the data device has made this batch, independent of work that is enqueued later.
  struct PreparedBatch {
    contracts::Batch batch;
    device::Event ready;
  };

  // Runs a stage on a new thread; an error that ends the stage contains its name.
  void start(const std::string& stage, concurrency::StageGroup::Body body);
  void decode_all(std::stop_token stop);
  void prepare_all();
  void transfer_all();
  [[nodiscard]] preparation::RawBatch decode(std::uint64_t sequence);
  // `raw`: empty if there are no workers; the data role then decodes.
  [[nodiscard]] contracts::Batch prepare(std::uint64_t sequence, std::optional<preparation::RawBatch> raw);
  // Takes from a channel; if the channel was closed, throws the error that stopped the stages.
  template <class Take>
  auto take(Take from);

  device::DeviceRuntime& runtime_;
  PlanBatch plan_;
  preparation::Preparation& preparation_;
  transfer::TransferLane& lane_;
  PipelineOptions options_;
  device::SpanRecorder& spans_;
  std::uint64_t count_;  // number of batches from first to end; channels count from 0
  std::atomic<std::uint64_t> next_to_decode_{0};
  std::atomic<std::int64_t> buffered_bytes_{0};
  bool warm_ = false;
  concurrency::Channel<preparation::RawBatch> decoded_;
  concurrency::Channel<PreparedBatch> prepared_;
  concurrency::Channel<transfer::SentBatch> sent_;
  concurrency::StageGroup stages_;  // last member, so that its threads end before what they use is destroyed
};

}  // namespace myxtts::pipeline
