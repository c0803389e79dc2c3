#pragma once
// Tells whether both roles work at the same time: at the end of each epoch, and of the stage beside what was promised.

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

// "data role" and "model role" on a CPU, "data GPU 0" and "model GPU 1" on two GPUs; one GPU plays both roles.
[[nodiscard]] report::RoleNames role_names(const machine::DevicePlan& plan);

// What is asked when an epoch ends.
struct ActivitySources {
  std::function<concurrency::StallStatistics()> stalls;  // of the prefetch buffer, since the stage began
  std::function<std::uint64_t()> repeated_transfers;     // since the stage began
  std::function<device::MemoryUse(device::Role)> memory;
  GpuSampler* gpus = nullptr;  // nullptr: no GPU
};

// Epochs that end within kLineSeconds of the last line share the next one, so that a small data set floods nobody.
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
  // Adds what was done until the end of the last step that was told to its epoch, so that spans do not pile up.
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
  std::vector<core::Span> spans_;  // not summed up yet
  double begin_seconds_ = -1;      // of what is not summed up yet; negative: nothing was done yet
  std::int64_t first_epoch_ = 0;   // that no line has told
  std::int64_t epoch_ = 0;
  std::uint64_t step_ = 0;
  report::ActivitySummary epoch_summary_;
  report::ActivitySummary unprinted_;
  report::ActivitySummary total_;
  concurrency::StallStatistics stalls_seen_;
  GpuSampler::Both gpus_seen_;  // most memory
  core::Stopwatch since_line_;
  bool warned_ = false;
};

}  // namespace myxtts::run
