#include "training/training_loop.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/stopwatch.hpp"
#include "device/out_of_memory.hpp"
#include "device/upload.hpp"

namespace myxtts::training {
namespace {

// A step's measurements are read this many steps later, so that the host never waits for the step it just started.
constexpr std::size_t kReadLag = 2;

// The field of a step's report that holds a part's time; nullptr: none.
double* time_of_part(core::StepReport& report, std::string_view part) {
  if (part == "prepare") return &report.produce_ms;
  if (part == "transfer") return &report.transfer_ms;
  if (part == "wait") return &report.stall_ms;
  const bool is_step = part == "forward" || part == "backward" || part == "optimiser";
  return is_step ? &report.step_ms : nullptr;
}

}  // namespace

TrainingLoop::TrainingLoop(device::DeviceRuntime& runtime, contracts::Learner& learner, contracts::BatchSource& source,
                           LoopOptions options, LoopServices services)
    : runtime_(runtime),
      learner_(learner),
      source_(source),
      options_(std::move(options)),
      services_(std::move(services)) {}

core::RunReport TrainingLoop::run(contracts::StageProgress& progress) {
  const core::Stopwatch watch;
  result_ = {};
  result_.stage = options_.stage;
  const std::int64_t first_step = progress.step;
  saved_step_ = first_step;
  saved_at_seconds_ = runtime_.now_seconds();
  bool out_of_patience = false;
  while (!out_of_patience && progress.step < options_.last_step) {
    if (services_.stop_requested && services_.stop_requested()) break;
    if (!train_step(progress)) break;
    // Not at a limit that only stops the run: a resumed run must see the same validations as one that never stopped.
    const bool planned_end = progress.step == progress.planned_steps;
    const auto due = [&](std::int64_t interval) {
      return interval > 0 && (planned_end || progress.step % interval == 0);
    };
    if (services_.validate && due(options_.validation_interval)) out_of_patience = validate(progress);
    const bool rested = runtime_.now_seconds() - saved_at_seconds_ >= options_.min_checkpoint_seconds;
    if (rested && due(options_.checkpoint_interval)) save(progress, false);
  }
  read_all(progress);
  result_.stopped = !out_of_patience && progress.step < progress.planned_steps;
  save(progress, false);
  result_.steps = progress.step - first_step;
  result_.wall_seconds = watch.seconds();
  take_spans();
  for (core::TrainingObserver* observer : services_.observers) observer->on_end(result_);
  return result_;
}

bool TrainingLoop::train_step(contracts::StageProgress& progress) {
  core::StepReport report;
  report.stage = options_.stage;
  report.step = progress.step + 1;
  report.buffered = source_.buffered();
  const std::uint64_t first_batch = progress.consumed_batches;
  const std::int64_t micro_steps = accumulate_or_save(report, progress);
  if (micro_steps == 0) return false;
  contracts::PendingStep pending = learner_.update(report.step);
  report.learning_rate = pending.learning_rate;
  progress.step = report.step;
  ++progress.run_steps;
  progress.consumed_batches += static_cast<std::uint64_t>(micro_steps);
  result_.audio_seconds += report.audio_seconds;
  pending.values = device::downloaded(pending.values);
  unread_.push_back({std::move(pending), std::move(report), first_batch, progress.consumed_batches,
                     runtime_.record(device::Stream::kModel)});
  while (unread_.size() > kReadLag) read_oldest(progress);
  return true;
}

std::int64_t TrainingLoop::accumulate_or_save(core::StepReport& report, contracts::StageProgress& progress) {
  try {
    return accumulate_step(report, progress.consumed_batches);
  } catch (const std::exception& error) {
    const bool is_data_error = dynamic_cast<const core::DataError*>(&error) != nullptr;
    if (!is_data_error && !device::is_out_of_memory(error)) throw;
    try {
      save(progress, false);  // the weights are those of the last step, because only an update changes them
    } catch (const std::exception&) {
      // Saving failed too: the previous checkpoint is complete.
    }
    throw;
  }
}

std::int64_t TrainingLoop::accumulate_step(core::StepReport& report, std::uint64_t first_batch) {
  std::int64_t positions = 0;
  std::int64_t real_positions = 0;
  std::int64_t micro_steps = 1;
  for (std::int64_t micro = 0; micro < micro_steps; ++micro) {
    std::optional<contracts::DeviceBatch> batch = next_batch(first_batch + static_cast<std::uint64_t>(micro));
    if (!batch) return 0;
    const contracts::BatchHeader& header = batch->batch.header;
    micro_steps = header.micro_steps;
    report.epoch = header.epoch;
    report.audio_seconds += header.audio_seconds;
    report.broken += header.broken_rows;
    positions += header.positions;
    real_positions += header.real_positions;
    learner_.accumulate(*batch);
    batch->lease.release();
  }
  report.padding = positions > 0 ? 1.0 - static_cast<double>(real_positions) / static_cast<double>(positions) : 0;
  return micro_steps;
}

std::optional<contracts::DeviceBatch> TrainingLoop::next_batch(std::uint64_t sequence) {
  const device::MeasuredPart part(services_.spans, "wait", sequence, device::Stream::kModel);
  return source_.next();
}

void TrainingLoop::take_spans() {
  if (services_.spans == nullptr) return;
  std::vector<core::Span> spans = services_.spans->take_finished();
  for (core::TrainingObserver* observer : services_.observers) observer->on_spans(spans);
  for (core::Span& span : spans) {
    if (std::ranges::find(core::kPreparationParts, span.part) != core::kPreparationParts.end()) continue;
    core::PartTime& total = result_.parts[span.part];
    total.seconds += span.seconds();
    ++total.count;
    unreported_.push_back(std::move(span));
  }
}

void TrainingLoop::add_times(Unread& step) {
  take_spans();
  core::StepReport& report = step.report;
  std::erase_if(unreported_, [&](const core::Span& span) {
    double* time = time_of_part(report, span.part);
    if (time == nullptr) return true;
    const bool is_mine = span.part == "optimiser" ? span.sequence == static_cast<std::uint64_t>(report.step)
                                                  : step.first_batch <= span.sequence && span.sequence < step.end_batch;
    if (is_mine) *time += 1e3 * span.seconds();
    return is_mine;
  });
  if (result_.steps++ > 0) result_.stall_seconds += 1e-3 * report.stall_ms;
}

void TrainingLoop::read_oldest(contracts::StageProgress& progress) {
  Unread unread = std::move(unread_.front());
  unread_.pop_front();
  runtime_.wait_on_host(unread.arrived);
  const torch::Tensor values = unread.pending.values.to(torch::kFloat64);
  add_times(unread);  // the values arrive after the step's work, so its spans are complete
  core::StepReport& report = unread.report;
  for (std::size_t i = 0; i < unread.pending.names.size(); ++i) {
    const std::string& name = unread.pending.names[i];
    const double value = values[static_cast<std::int64_t>(i)].item<double>();
    if (name == "grad_norm") {
      report.grad_norm = value;
    } else if (name == "found_inf") {
      report.skipped = value != 0;
    } else {
      report.losses[name] = value;
    }
  }
  progress.skipped_updates = report.skipped ? progress.skipped_updates + 1 : 0;
  for (core::TrainingObserver* observer : services_.observers) observer->on_step(report);
  if (progress.skipped_updates >= kMaxSkippedUpdates) {
    throw core::DivergenceError({.what = "training diverged",
                                 .where = fmt::format("stage {}, step {}", report.stage, report.step),
                                 .value = fmt::format("{} updates in a row were not finite", progress.skipped_updates),
                                 .expected = "finite gradients",
                                 .advice = "Lower the rate (--lr); the last checkpoint is untouched."});
  }
}

void TrainingLoop::read_all(contracts::StageProgress& progress) {
  while (!unread_.empty()) read_oldest(progress);
}

core::Losses TrainingLoop::validation_losses(std::int64_t step) {
  const device::MeasuredPart part(services_.spans, "validate", static_cast<std::uint64_t>(step));
  return services_.validate();
}

bool TrainingLoop::validate(contracts::StageProgress& progress) {
  read_all(progress);
  core::ValidationReport report{options_.stage, progress.step, validation_losses(progress.step), false};
  const double loss = report.losses.at("loss");
  report.is_best = progress.best_step == 0 || loss < progress.best_loss;
  if (report.is_best) {
    progress.best_loss = loss;
    progress.best_step = progress.step;
    progress.validations_without_gain = 0;
  } else {
    ++progress.validations_without_gain;
  }
  for (core::TrainingObserver* observer : services_.observers) observer->on_validation(report);
  if (report.is_best) save(progress, true);
  return options_.patience > 0 && progress.validations_without_gain >= options_.patience;
}

void TrainingLoop::save(contracts::StageProgress& progress, bool is_best) {
  if (!services_.save || saved_step_ == progress.step) return;
  read_all(progress);
  const device::MeasuredPart part(services_.spans, "save", static_cast<std::uint64_t>(progress.step));
  saved_at_seconds_ = runtime_.now_seconds();
  services_.save(progress, is_best);
  saved_step_ = progress.step;
}

}  // namespace myxtts::training
