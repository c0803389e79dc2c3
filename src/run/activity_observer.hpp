#pragma once
// Reports how much both roles work at the same time: at the end of each epoch, and at the end of the stage, compared
// with the target.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "concurrency/channel.hpp"
#include "core/console.hpp"
#include "core/reports.hpp"
#include "core/stopwatch.hpp"
#include "device/runtime.hpp"
#include "machine/device_plan.hpp"
#include "report/activity_text.hpp"
#include "run/gpu_sampler.hpp"

namespace myxtts::run {

// "data role" and "model role" on a CPU, "data GPU 0" and "model GPU 1" on two GPUs; with one GPU both have its number.
[[nodiscard]] report::RoleNames role_names(const machine::DevicePlan& plan);

// Callbacks and counters that are read when an epoch ends.
struct ActivitySources {
  std::function<concurrency::StallStatistics()> stalls;  // of the buffer, since the stage began
  std::function<std::uint64_t()> repeated_transfers;     // since the stage began
  std::function<device::MemoryUse(device::Role)> memory;
  GpuSampler* gpus = nullptr;  // nullptr: no GPU is sampled
};

// Epochs that end within kLineSeconds of the last line share the next line, so that a small data set does not print too
// many lines.
// Thread: the model role's thread only.
class ActivityObserver final : public core::TrainingObserver {
 public:
  ActivityObserver(core::Console& console, report::RoleNames names, ActivitySources sources);

  void on_spans(std::span<const core::Span> spans) override;
  void on_step(const core::StepReport& report) override;
  void on_end(const core::RunReport& report) override;

  static constexpr double kLineSeconds = 30;
  static constexpr std::int64_t kSummedSteps = 256;

 private:
  // Adds the activity up to the end of the last reported step to its epoch, so that stored spans do not accumulate.
  void sum_up_activity();
  void close_epoch();
  void print_epochs();
  void warn_of_repeats();
  [[nodiscard]] report::MemoryShares memory_shares() const;
  [[nodiscard]] double end_of_step(std::uint64_t step) const;

  core::Console& console_;
  report::RoleNames names_;
  ActivitySources sources_;
  std::string stage_;
  std::vector<core::Span> spans_;  // not included in a summary yet
  double begin_seconds_ = -1;      // begin of the time not included yet; negative: no work yet
  std::int64_t first_epoch_ = 0;   // first epoch without a printed line
  std::int64_t epoch_ = 0;
  std::uint64_t step_ = 0;
  report::ActivitySummary epoch_summary_;
  report::ActivitySummary unprinted_;
  report::ActivitySummary total_;
  concurrency::StallStatistics stalls_seen_;
  GpuSampler::Both gpus_seen_;  // only max memory is used
  core::Stopwatch since_line_;
  bool warned_ = false;
};

}  // namespace myxtts::run
