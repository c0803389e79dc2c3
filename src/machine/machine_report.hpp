#pragma once
// What `validate` found, as users and as programs read it (R25, R26).

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "machine/gpu_inventory.hpp"

namespace myxtts::machine {

// In the order in which they are printed; the last four with memory isolation only.
enum class Check {
  kDriver,
  kLibtorch,
  kLibtorchGpus,
  kIndices,
  kVisibleDevices,
  kDataGrowth,
  kModelGrowth,
  kTransferPolicy,
  kModelCreated,
  kForwardPass,
  kDataCreated,
  kTransfer,
  kIntegrity,
  kDataset,
  kPipelineModel,
  kBatches,
  kPipeline,
  kDataOverCap,
  kDataUnderCap,
  kModelOverCap,
  kModelUnderCap,
};

struct CheckResult {
  bool ok = false;
  std::string detail;  // the line behind its mark
  std::string advice;  // one line, where it failed
};

struct MachineReport {
  bool shared = false;                      // both roles on one GPU
  bool isolated = false;                    // the caps are checked as well
  std::map<Check, CheckResult> results;     // what is missing could not run: for the failure before it
  std::vector<std::string> recommendation;  // lines of the sixth section, as they are printed
  std::vector<GpuInfo> gpus;

  void pass(Check check, std::string detail) { results[check] = {true, std::move(detail), {}}; }
  void fail(Check check, std::string detail, std::string advice) {
    results[check] = {false, std::move(detail), std::move(advice)};
  }
};

// "driver", "forward pass", ...: what a check is called where it has no line of its own.
[[nodiscard]] std::string name_of(Check check);

// All checks ran, and none failed.
[[nodiscard]] bool all_passed(const MachineReport& report);

// The sections and the closing block, to the letter.
[[nodiscard]] std::string to_text(const MachineReport& report);

// {"checks": [{"section", "name", "ok" (null: could not run), "detail"}], "gpus": [{"index", "name", "uuid",
// "total_mb", "used_mb", "free_mb", "utilization" (percent, or null), "peer_to"}]}, and with isolation
// "recommendation": its lines
[[nodiscard]] std::string to_json(const MachineReport& report);

}  // namespace myxtts::machine
