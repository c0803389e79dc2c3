#pragma once
// The training loop of a stage: takes batches, does optimiser steps, sends reports. The same for every stage and
// device.

#include <deque>
#include <functional>
#include <vector>

#include "contracts/learner.hpp"
#include "core/reports.hpp"
#include "device/span_recorder.hpp"

namespace myxtts::training {

struct LoopOptions {
  std::string stage;
  std::int64_t last_step = 0;            // the stage's step to train up to (the plan's last, or a limit before it)
  std::int64_t checkpoint_interval = 0;  // steps; 0: never
  double min_checkpoint_seconds = 0;     // one of the interval is left out if the last save began later than this ago
  std::int64_t validation_interval = 0;  // steps between validations; one more at the planned end; 0: never
  std::int64_t patience = 0;             // ends after this many validations in a row without a new best loss; 0: never
};

struct LoopServices {
  // Losses of the held-out clips. Empty: no validation.
  std::function<core::Losses()> validate;
  // Saves a checkpoint; is_best: it has the lowest validation loss so far.
  std::function<void(const contracts::StageProgress&, bool is_best)> save;
  // Returns true when training should save and end after the current step (a signal came).
  std::function<bool()> stop_requested;
  std::vector<core::TrainingObserver*> observers;
  // Records the whole pipeline; the loop adds "wait", "validate" and "save". nullptr: reports hold no times.
  device::SpanRecorder* spans = nullptr;
};

class TrainingLoop {
 public:
  // `runtime`: the learner's; it tells when a step's measurements have arrived on the host.
  TrainingLoop(device::DeviceRuntime& runtime, contracts::Learner& learner, contracts::BatchSource& source,
               LoopOptions options, LoopServices services);

  // Trains from `progress` on and keeps it up to date; always saves before it returns if it did a step.
  // If memory or data runs out before an update began, it saves the last completed step, if that can be saved.
  // Throws DivergenceError after kMaxSkippedUpdates refused updates in a row, and errors thrown by the pipeline's
  // stages.
  core::RunReport run(contracts::StageProgress& progress);

  static constexpr std::int64_t kMaxSkippedUpdates = 25;

 private:
  // A step whose measurements have not arrived on the host yet.
  struct Unread {
    contracts::PendingStep pending;
    core::StepReport report;
    std::uint64_t first_batch;
    std::uint64_t end_batch;
    device::Event arrived;
  };

  // Does one step. Returns false when the source has no more batches.
  bool train_step(contracts::StageProgress& progress);
  // Runs forward and backward for a step's micro-batches and counts them in the report. Returns their number; 0 when
  // the source has no more.
  std::int64_t accumulate_step(core::StepReport& report, std::uint64_t first_batch);
  // Same as accumulate_step(), but saves the last step first if memory or data runs out.
  std::int64_t accumulate_or_save(core::StepReport& report, contracts::StageProgress& progress);
  // The next batch of the source; its expected sequence number in the stage is `sequence`.
  [[nodiscard]] std::optional<contracts::DeviceBatch> next_batch(std::uint64_t sequence);
  // Passes the spans finished since the last call to the observers and adds them to the run's totals.
  void take_spans();
  // Adds the times of a step whose work is done to its report.
  void add_times(Unread& step);
  // Reports the oldest unread step to the observers. Throws: core::DivergenceError after kMaxSkippedUpdates in a row.
  void read_oldest(contracts::StageProgress& progress);
  void read_all(contracts::StageProgress& progress);
  [[nodiscard]] core::Losses validation_losses(std::int64_t step);
  // Returns true if the stage should end early.
  bool validate(contracts::StageProgress& progress);
  void save(contracts::StageProgress& progress, bool is_best);

  device::DeviceRuntime& runtime_;
  contracts::Learner& learner_;
  contracts::BatchSource& source_;
  LoopOptions options_;
  LoopServices services_;
  std::deque<Unread> unread_;
  std::vector<core::Span> unreported_;  // of steps that are not reported yet
  core::RunReport result_;
  std::int64_t saved_step_ = 0;
  double saved_at_seconds_ = 0;  // when the last save began, or training did, on the runtime's clock
};

}  // namespace myxtts::training
