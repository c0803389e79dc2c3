#pragma once
// Texts about the overlap of the two roles: a line per epoch, and at the end a table of the measured and the promised
// figures.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/activity.hpp"

namespace myxtts::report {

// Number and total time of waits that ended.
struct Waits {
  std::uint64_t count = 0;
  double seconds = 0;
};

struct ActivitySummary {
  core::Activity activity;
  core::RunningStatistics step_seconds;  // with stalls, without the stage's first step
  std::int64_t steps = 0;
  Waits buffer_empty;          // the transfer waited for the data role
  Waits buffer_full;           // the data role waited for the model role
  core::ShareCounts data_gpu;  // NVML's utilisation; empty without GPUs or if both roles share one
  core::ShareCounts model_gpu;

  void add(const ActivitySummary& other);
};

// Names of the roles in messages: "data role" on a CPU, "data GPU 0" on a GPU.
struct RoleNames {
  std::string data;
  std::string model;
};

// The maximum share of a role's memory in use: of its cap with isolation, otherwise of its GPU. Not set on a CPU.
struct MemoryShares {
  std::optional<double> data;
  std::optional<double> model;
  bool of_caps = false;
};

// "voice, epoch 3: model role 93 % busy (p5 88, p50 94, p95 99), data role 12 % (...); overlap 97 % of ...".
[[nodiscard]] std::string activity_line(const std::string& epochs, const ActivitySummary& summary,
                                        const RoleNames& names);

// The measured and the promised figures, and the promised ones that no setting can reach.
[[nodiscard]] std::vector<std::string> activity_table(const std::string& stage, const ActivitySummary& summary,
                                                      const RoleNames& names, const MemoryShares& memory);

}  // namespace myxtts::report
