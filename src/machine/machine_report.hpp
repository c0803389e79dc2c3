#pragma once
// The result of the machine check `validate`, as text and as JSON (R25, R26).

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "machine/gpu_inventory.hpp"

namespace myxtts::machine {

// In the order in which they are printed; the last four only with memory isolation.
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
  std::string detail;  // the printed line, without its mark
  std::string advice;  // one line; empty if the check passed
};

struct MachineReport {
  bool shared = false;                      // both roles on one GPU
  bool isolated = false;                    // the caps are checked as well
  std::map<Check, CheckResult> results;     // a missing check could not run because an earlier one failed
  std::vector<std::string> recommendation;  // lines of the sixth section, as they are printed
  std::vector<GpuInfo> gpus;

  void pass(Check check, std::string detail) { results[check] = {true, std::move(detail), {}}; }
  void fail(Check check, std::string detail, std::string advice) {
    results[check] = {false, std::move(detail), std::move(advice)};
  }
};

// The name of a check, for a check without a line: "NVIDIA driver", "Forward pass", ...
[[nodiscard]] std::string name_of(Check check);

// Whether all checks ran and none failed.
[[nodiscard]] bool all_passed(const MachineReport& report);

// The sections and the closing block, exactly as they are printed.
[[nodiscard]] std::string to_text(const MachineReport& report);

// {"checks": [{"section", "name", "ok" (null: could not run), "detail"}], "gpus": [{"index", "name", "uuid",
// "total_mb", "used_mb", "free_mb", "utilization" (percent, or null), "peer_to"}]}, and with isolation
// "recommendation": its lines.
[[nodiscard]] std::string to_json(const MachineReport& report);

}  // namespace myxtts::machine
