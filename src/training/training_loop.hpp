#pragma once
// The loop of a stage: batches in, optimiser steps, reports out. The same for every stage and device.

#include <deque>
#include <functional>
#include <vector>

#include "contracts/learner.hpp"
#include "core/reports.hpp"
#include "device/span_recorder.hpp"

namespace myxtts::training {

struct LoopOptions {
  std::string stage;
  std::int64_t last_step = 0;  // train until the stage has done so many steps (the plan, or a limit before it)
  std::int64_t checkpoint_interval = 0;  // steps; 0: never
  std::int64_t validation_interval = 0;  // steps, and the planned end; 0: never
  std::int64_t patience = 0;             // end after so many validations without a gain; 0: never
};

struct LoopServices {
  // Losses of the held-out clips. Empty: no validation.
  std::function<core::Losses()> validate;
  // Saves a checkpoint; is_best: it has the lowest validation loss so far.
  std::function<void(const contracts::StageProgress&, bool is_best)> save;
  // True once training should end, saved, at the next step's end (a signal).
  std::function<bool()> stop_requested;
  std::vector<core::TrainingObserver*> observers;
  // Of the whole pipeline; gets "wait", "validate" and "save". nullptr: reports hold no times.
  device::SpanRecorder* spans = nullptr;
};

class TrainingLoop {
 public:
  // `runtime`: of the learner; it tells when a step's measurements have arrived on the host.
  TrainingLoop(device::DeviceRuntime& runtime, contracts::Learner& learner, contracts::BatchSource& source,
               LoopOptions options, LoopServices services);

  // Trains from `progress` on and keeps it up to date; always saves before it returns, where a step was done.
  // Out of memory or of data before an update began, it saves the last step done, if that can be saved.
  // Throws DivergenceError after kMaxSkippedUpdates refused updates in a row, and what a stage of the pipeline threw.
  core::RunReport run(contracts::StageProgress& progress);

  static constexpr std::int64_t kMaxSkippedUpdates = 25;

 private:
  // A step whose measurements are still on their way to the host.
  struct Unread {
    contracts::PendingStep pending;
    core::StepReport report;
    std::uint64_t first_batch;
    std::uint64_t end_batch;
    device::Event arrived;
  };

  // False when the source has no more batches.
  bool train_step(contracts::StageProgress& progress);
  // Forward and backward of a step's micro-batches, counted in the report. Returns how many there were; 0 when the
  // source has no more.
  std::int64_t accumulate_step(core::StepReport& report, std::uint64_t first_batch);
  // The same; out of memory or of data, it saves the last step first.
  std::int64_t accumulate_or_save(core::StepReport& report, contracts::StageProgress& progress);
  // The next batch of the source, which should be the stage's `sequence`th.
  [[nodiscard]] std::optional<contracts::DeviceBatch> next_batch(std::uint64_t sequence);
  // What was measured since the last call: to the observers and into the run's totals.
  void take_spans();
  // The times of a step whose work is done.
  void add_times(Unread& step);
  // The oldest unread step to the observers. Throws: core::DivergenceError after kMaxSkippedUpdates in a row.
  void read_oldest(contracts::StageProgress& progress);
  void read_all(contracts::StageProgress& progress);
  [[nodiscard]] core::Losses validation_losses(std::int64_t step);
  // Returns true where the stage should end early.
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
};

}  // namespace myxtts::training
