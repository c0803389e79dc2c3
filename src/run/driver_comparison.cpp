#include "run/driver_comparison.hpp"

#include <fmt/format.h>
#include <unistd.h>

namespace myxtts::run {
namespace {

using Of = machine::ProcessMemory::Of;

// What is compared with the cap instead of the process's own memory; empty if that is known.
std::string stand_in(const std::string& name, const std::optional<machine::ProcessMemory>& memory) {
  if (!memory) return fmt::format("{}: the driver does not report its memory: the cap is not compared with it.", name);
  if (memory->of == Of::kProcess) return "";
  return fmt::format(
      "{}: the driver does not know this process by its id, as in a container: its cap is compared with {}.", name,
      memory->of == Of::kOnlyProcess ? "the only process on the GPU"
                                     : "all processes on the GPU together, of which it has at most as much");
}

}  // namespace

void DriverComparison::compare(const machine::DevicePlan& plan, core::Console& console) {
  if (!plan.uses_gpu()) return;
  const auto compare_role = [&](const char* role, const machine::PlannedGpu& gpu, std::int64_t cap_mb) {
    compare_gpu(fmt::format("{} GPU {}", role, gpu.physical_index),
                inventory_.process_memory(gpu.physical_index, ::getpid()), cap_mb, console);
  };
  if (plan.mode == machine::DeviceMode::kDualGpu) {
    compare_role("Data", plan.data_gpu, plan.data_cap_mb);
    compare_role("Model", plan.model_gpu, plan.model_cap_mb);
  } else {
    compare_role("Shared", plan.model_gpu, plan.data_cap_mb + plan.model_cap_mb);
  }
}

void DriverComparison::compare_gpu(const std::string& name, const std::optional<machine::ProcessMemory>& memory,
                                   std::int64_t cap_mb, core::Console& console) {
  const std::string instead = stand_in(name, memory);
  if (!instead.empty() && is_new(instead)) console.info(instead);
  if (!memory || memory->bytes >> 20 <= cap_mb) return;
  const std::int64_t megabytes = memory->bytes >> 20;
  if (memory->of != Of::kEveryProcess) {
    console.error(fmt::format("⚠️ {}: the driver counts {}MB for this process, {}MB over the cap of {}MB", name,
                              megabytes, megabytes - cap_mb, cap_mb));
    return;
  }
  const std::string unknown = fmt::format(
      "⚠️ {}: all processes together take more than the cap of {}MB, and the driver does not tell how much of it is "
      "this "
      "one's: whether it keeps to the cap is not verified",
      name, cap_mb);
  if (is_new(unknown)) console.error(unknown);
}

}  // namespace myxtts::run
