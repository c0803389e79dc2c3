#pragma once
// What the two roles did at the same time, in words: a line an epoch, and at the end a table beside the promised
// figures.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/activity.hpp"

namespace myxtts::report {

// A wait that ended, counted and timed.
struct Waits {
  std::uint64_t count = 0;
  double seconds = 0;
};

struct ActivitySummary {
  core::Activity activity;
  core::Spread step_seconds;  // stall included, the stage's first step aside
  std::int64_t steps = 0;
  Waits buffer_empty;          // the transfer waited for the data role
  Waits buffer_full;           // the data role waited for the model role
  core::ShareCounts data_gpu;  // NVML's utilisation; empty without GPUs, the data GPU's where both roles share one
  core::ShareCounts model_gpu;

  void add(const ActivitySummary& other);
};

// Who the roles are, as the user knows them: "data role" on a CPU, "data GPU 0" on a GPU.
struct RoleNames {
  std::string data;
  std::string model;
};

// How much of a role's memory was in use at most: of its cap with isolation, else of its GPU. Nothing on a CPU.
struct MemoryShares {
  std::optional<double> data;
  std::optional<double> model;
  bool of_caps = false;
};

// "voice, epoch 3: model role 93 % busy (p5 88, p50 94, p95 99), data role 12 % (...); overlap 97 % of ...".
[[nodiscard]] std::string activity_line(const std::string& epochs, const ActivitySummary& summary,
                                        const RoleNames& names);

// What was measured beside what was promised, and what no setting can reach.
[[nodiscard]] std::vector<std::string> activity_table(const std::string& stage, const ActivitySummary& summary,
                                                      const RoleNames& names, const MemoryShares& memory);

}  // namespace myxtts::report
