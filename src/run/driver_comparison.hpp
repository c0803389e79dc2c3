#pragma once
// Compares the caps with the memory that the driver counts for this process (R16).

#include <set>
#include <string>

#include "core/console.hpp"
#include "machine/device_plan.hpp"
#include "machine/gpu_inventory.hpp"

namespace myxtts::run {

// Warns each time when the process takes more than its cap. If the driver cannot tell its memory from that of others,
// or reports none, a line says once what is compared instead. On a shared GPU the driver knows only the sum of both
// roles.
class DriverComparison {
 public:
  explicit DriverComparison(const machine::DeviceInventory& inventory) : inventory_(inventory) {}

  // Call it when this process uses the plan's GPUs; without GPUs it does nothing.
  void compare(const machine::DevicePlan& plan, core::Console& console);

 private:
  // `name`: "Data GPU 0".
  void compare_gpu(const std::string& name, const std::optional<machine::ProcessMemory>& memory, std::int64_t cap_mb,
                   core::Console& console);
  [[nodiscard]] bool is_new(const std::string& line) { return said_.insert(line).second; }

  const machine::DeviceInventory& inventory_;
  std::set<std::string> said_;
};

}  // namespace myxtts::run
