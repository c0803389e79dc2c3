#pragma once
// Watches what each role holds while a stage trains: the monitor's lines, NVML's word on the caps, leaks.

#include <array>
#include <cstdint>
#include <functional>

#include "core/console.hpp"
#include "core/reports.hpp"
#include "device/leak_detector.hpp"
#include "device/runtime.hpp"
#include "machine/device_plan.hpp"
#include "machine/gpu_inventory.hpp"

namespace myxtts::run {

// What a role keeps on purpose at this moment, and what may come and go with it: not part of a leak. Units: bytes.
using KeptBytes = std::function<std::int64_t(device::Role)>;

struct MemoryWatchOptions {
  std::int64_t interval_steps = 100;  // between two lines of the monitor; 0: none
  KeptBytes kept;                     // empty: nothing
};

// What both roles of a run are watched with. What is lent must outlive the watch.
struct WatchedMachine {
  device::DeviceRuntime& runtime;
  core::Console& console;
  const machine::DevicePlan& plan;
  const machine::DeviceInventory* inventory = nullptr;  // asked where the plan has GPUs; none: nobody is asked
};

// Lines come at its first step and then every interval, where the plan is isolated. A leak is warned of with its
// numbers, and the role's cached memory released; if memory goes on growing, the warning is louder.
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
  void compare_with_driver();
  void look_for_leak(WatchedRole& role);
  [[nodiscard]] const machine::PlannedGpu& gpu_of(device::Role role) const;

  WatchedMachine machine_;
  MemoryWatchOptions options_;
  std::array<WatchedRole, 2> roles_;
  bool has_seen_a_step_ = false;
};

}  // namespace myxtts::run
