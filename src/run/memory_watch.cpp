#include "run/memory_watch.hpp"

#include <fmt/format.h>

#include <utility>

#include "machine/messages.hpp"

namespace myxtts::run {
namespace {

using device::Role;

constexpr double kKilobyte = 1 << 10;
constexpr double kMegabyte = 1 << 20;

std::string numbers_of(const device::Leak& leak) {
  return fmt::format("{:.1f} KB a step over {} steps (99.9 % sure: {:.1f} to {:.1f} KB), {:.1f}MB in all",
                     leak.trend.slope / kKilobyte, leak.steps, leak.trend.low / kKilobyte, leak.trend.high / kKilobyte,
                     static_cast<double>(leak.grown_bytes) / kMegabyte);
}

}  // namespace

MemoryWatch::MemoryWatch(const WatchedMachine& machine, MemoryWatchOptions options)
    : machine_(machine),
      options_(std::move(options)),
      roles_{{{Role::kData, "Data", {}}, {Role::kModel, "Model", {}}}} {}

void MemoryWatch::on_step(const core::StepReport& report) {
  const bool is_first = !std::exchange(has_seen_a_step_, true);
  const std::int64_t interval = options_.interval_steps;
  const bool is_due = interval > 0 && (is_first || report.step % interval == 0);
  if (is_first || is_due) machine_.runtime.measure_overhead();  // the memory of libraries may have grown
  if (machine_.plan.isolated && is_due) {
    print_lines(report.step);
    if (machine_.driver != nullptr) machine_.driver->compare(machine_.plan, machine_.console);
  }
  for (WatchedRole& role : roles_) look_for_leak(role);
}

void MemoryWatch::print_lines(std::int64_t step) {
  for (const WatchedRole& role : roles_) {
    const device::MemoryUse use = machine_.runtime.memory(role.role);
    machine_.console.info(machine::memory_line(
        {step, role.name, gpu_of(role.role).physical_index, (use.reserved + use.overhead) >> 20, use.cap >> 20}));
  }
}

void MemoryWatch::look_for_leak(WatchedRole& role) {
  const std::int64_t kept = options_.kept ? options_.kept(role.role) : 0;
  const auto leak = role.detector.add(machine_.runtime.memory(role.role).live - kept);
  if (!leak) return;
  if (std::exchange(role.has_leaked, true)) {
    machine_.console.error(fmt::format(
        "🚨 Memory leak goes on: the {} role still grows after the clean-up, by {}. It will run out of memory: stop, "
        "and report it with log.txt; the last checkpoint is good",
        device::name_of(role.role), numbers_of(*leak)));
  } else {
    machine_.console.error(fmt::format("⚠️ Memory leak suspected: the {} role grows by {}; releasing cached memory",
                                       device::name_of(role.role), numbers_of(*leak)));
  }
  machine_.runtime.release_cached_memory(role.role);
}

const machine::PlannedGpu& MemoryWatch::gpu_of(Role role) const {
  return role == Role::kData ? machine_.plan.data_gpu : machine_.plan.model_gpu;
}

}  // namespace myxtts::run
