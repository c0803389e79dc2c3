#pragma once
// Watches the memory of each role while a stage trains: prints the monitor's lines, compares NVML's figures with the
// caps, detects leaks.

#include <array>
#include <cstdint>
#include <functional>

#include "core/console.hpp"
#include "core/reports.hpp"
#include "device/leak_detector.hpp"
#include "device/runtime.hpp"
#include "machine/device_plan.hpp"
#include "run/driver_comparison.hpp"

namespace myxtts::run {

// Bytes that a role keeps on purpose now and that may grow and shrink; they are not part of a leak. Units: bytes.
using KeptBytes = std::function<std::int64_t(device::Role)>;

struct MemoryWatchOptions {
  std::int64_t interval_steps = 100;  // steps between two lines of the monitor; 0: no lines
  KeptBytes kept;                     // empty: 0 bytes
};

// What the watch reads and where it prints. The references must outlive the watch.
struct WatchedMachine {
  device::DeviceRuntime& runtime;
  core::Console& console;
  const machine::DevicePlan& plan;
  DriverComparison* driver = nullptr;  // null: the driver is not asked
};

// If the plan is isolated, prints lines at its first step and then every interval. On a leak it warns with the measured
// growth and releases the role's cached memory; if memory keeps growing, the warning is more severe.
class MemoryWatch final : public core::TrainingObserver {
 public:
  MemoryWatch(const WatchedMachine& machine, MemoryWatchOptions options);
  void on_step(const core::StepReport& report) override;

 private:
  struct WatchedRole {
    device::Role role;
    const char* name;
    device::LeakDetector detector;
    bool has_leaked = false;
  };

  void print_lines(std::int64_t step);
  void look_for_leak(WatchedRole& role);
  [[nodiscard]] const machine::PlannedGpu& gpu_of(device::Role role) const;

  WatchedMachine machine_;
  MemoryWatchOptions options_;
  std::array<WatchedRole, 2> roles_;
  bool has_seen_a_step_ = false;
};

}  // namespace myxtts::run
