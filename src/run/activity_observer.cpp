#include "run/activity_observer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "run/memory_report.hpp"

namespace myxtts::run {
namespace {

report::Waits since(const concurrency::Stall& now, const concurrency::Stall& before) {
  return {now.count - before.count, now.seconds - before.seconds};
}

std::optional<double> share_of_cap(const device::MemoryUse& use) {
  if (use.cap <= 0) return std::nullopt;
  return static_cast<double>(max_in_use(use)) / static_cast<double>(use.cap);
}

}  // namespace

report::RoleNames role_names(const machine::DevicePlan& plan) {
  if (!plan.uses_gpu()) return {"data role", "model role"};
  return {fmt::format("data GPU {}", plan.data_gpu.physical_index),
          fmt::format("model GPU {}", plan.model_gpu.physical_index)};
}

ActivityObserver::ActivityObserver(core::Console& console, report::RoleNames names, ActivitySources sources)
    : console_(console), names_(std::move(names)), sources_(std::move(sources)) {}

void ActivityObserver::on_spans(std::span<const core::Span> spans) {
  std::ranges::copy_if(spans, std::back_inserter(spans_), core::is_work, &core::Span::part);
  if (begin_seconds_ >= 0) return;
  const auto first = std::ranges::find(spans_, "forward", &core::Span::part);
  if (first == spans_.end()) return;
  begin_seconds_ = first->begin_seconds;
  stalls_seen_ = sources_.stalls();  // excludes the waits before the first step
}

void ActivityObserver::on_step(const core::StepReport& report) {
  const bool is_first = total_.steps + epoch_summary_.steps == 0;
  if (is_first) {
    stage_ = report.stage;
    first_epoch_ = epoch_ = report.epoch;
  }
  if (report.epoch != epoch_) {
    close_epoch();
    if (since_line_.seconds() >= kLineSeconds) print_epochs();
    epoch_ = report.epoch;
    if (unprinted_.steps == 0) first_epoch_ = epoch_;
  }
  step_ = static_cast<std::uint64_t>(report.step);
  ++epoch_summary_.steps;
  if (!is_first) epoch_summary_.step_seconds.add(1e-3 * (report.step_ms + report.stall_ms));  // the first is warm-up
  if (epoch_summary_.steps % kSummedSteps == 0) sum_up_activity();
  if (sources_.repeated_transfers() > 0) warn_of_repeats();
}

void ActivityObserver::on_end(const core::RunReport&) {
  if (total_.steps + epoch_summary_.steps == 0) return;
  close_epoch();
  print_epochs();
  for (const std::string& line : activity_table(stage_, total_, names_, memory_shares())) console_.info(line);
  if (const std::uint64_t repeats = sources_.repeated_transfers(); repeats > 0) {
    console_.info(fmt::format("  {} batches arrived changed and were sent again.", repeats));
  }
}

void ActivityObserver::sum_up_activity() {
  const double end = end_of_step(step_);
  epoch_summary_.activity.add(core::activity_of(spans_, {begin_seconds_, end}));
  std::erase_if(spans_, [end](const core::Span& span) { return span.end_seconds <= end; });
  begin_seconds_ = end;
}

void ActivityObserver::close_epoch() {
  sum_up_activity();
  const concurrency::StallStatistics stalls = sources_.stalls();
  epoch_summary_.buffer_empty = since(stalls.empty, stalls_seen_.empty);
  epoch_summary_.buffer_full = since(stalls.full, stalls_seen_.full);
  stalls_seen_ = stalls;
  if (sources_.gpus != nullptr) {
    const GpuSampler::Both samples = sources_.gpus->take();
    epoch_summary_.data_gpu = samples.data.utilisation;
    epoch_summary_.model_gpu = samples.model.utilisation;
    gpus_seen_.data.max_memory = std::max(gpus_seen_.data.max_memory, samples.data.max_memory);
    gpus_seen_.model.max_memory = std::max(gpus_seen_.model.max_memory, samples.model.max_memory);
  }
  unprinted_.add(epoch_summary_);
  total_.add(std::exchange(epoch_summary_, {}));
}

void ActivityObserver::print_epochs() {
  const std::string epochs = first_epoch_ == epoch_ ? fmt::format("epoch {}", epoch_ + 1)
                                                    : fmt::format("epochs {}-{}", first_epoch_ + 1, epoch_ + 1);
  console_.info(activity_line(stage_ + ", " + epochs, std::exchange(unprinted_, {}), names_));
  since_line_ = {};
}

void ActivityObserver::warn_of_repeats() {
  if (std::exchange(warned_, true)) return;
  console_.warning(
      "a batch arrived changed and was sent again (--verify-transfer); the run's end tells how many did. The link or "
      "the memory of these devices is not reliable.");
}

report::MemoryShares ActivityObserver::memory_shares() const {
  report::MemoryShares shares{share_of_cap(sources_.memory(device::Role::kData)),
                              share_of_cap(sources_.memory(device::Role::kModel)), true};
  if (shares.data || shares.model || sources_.gpus == nullptr) return shares;
  return {gpus_seen_.data.max_memory, gpus_seen_.model.max_memory, false};
}

double ActivityObserver::end_of_step(std::uint64_t step) const {
  double end = begin_seconds_;
  for (const core::Span& span : spans_) {
    if (span.part == "optimiser" && span.sequence <= step) end = std::max(end, span.end_seconds);
  }
  return end;
}

}  // namespace myxtts::run
