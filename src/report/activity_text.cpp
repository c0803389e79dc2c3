#include "report/activity_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace myxtts::report {
namespace {

// Promised minimum: busy share of each role's device, and speedup of two GPUs over one.
constexpr double kMinDataShare = 0.40;
constexpr double kMinModelShare = 0.80;
constexpr double kMinSpeedup = 1.5;

double share_of(double part, double whole) { return whole > 0 ? part / whole : 0; }

std::string percentiles(const core::ShareCounts& shares) {
  return fmt::format("(p5 {:.0f}, p50 {:.0f}, p95 {:.0f})", 100 * shares.percentile(5), 100 * shares.percentile(50),
                     100 * shares.percentile(95));
}

std::string busy(double share, const core::ShareCounts& shares) {
  return fmt::format("{:.1f} % {}", 100 * share, percentiles(shares));
}

std::string waits(const Waits& waits) { return fmt::format("{}, {:.2f} s", waits.count, waits.seconds); }

std::string row(std::string_view what, std::string_view measured, std::string_view promised) {
  return fmt::format("  {:<22}{:<48}{}", what, measured, promised);
}

void add_busy_rows(std::vector<std::string>& lines, const ActivitySummary& s, const RoleNames& names) {
  const core::Activity& a = s.activity;
  lines.push_back(row(names.model + " busy", busy(share_of(a.model, a.wall), a.model_shares), "80-95 %, steady"));
  lines.push_back(row(names.data + " busy", busy(share_of(a.data, a.wall), a.data_shares), "40-60 %, steady"));
  const auto add_nvml = [&](const std::string& name, const core::ShareCounts& gpu, std::string_view promised) {
    if (gpu.count() > 0) lines.push_back(row(name + ", NVML", busy(gpu.mean(), gpu), promised));
  };
  add_nvml(names.model, s.model_gpu, "80-95 %, steady");
  add_nvml(names.data, s.data_gpu, "40-60 %, steady");
}

void add_memory_rows(std::vector<std::string>& lines, const RoleNames& names, const MemoryShares& memory) {
  const std::string_view whole = memory.of_caps ? "of the cap" : "of the GPU";
  const auto add = [&](const std::string& name, std::optional<double> share, std::string_view promised) {
    if (share) lines.push_back(row(name + " memory", fmt::format("{:.1f} % {}", 100 * *share, whole), promised));
  };
  add(names.model, memory.model, memory.of_caps ? "85-95 %" : "80-90 %");
  add(names.data, memory.data, memory.of_caps ? "70-90 %" : "40-60 %");
}

// Adds the promised figures that this work cannot reach even with perfect overlap.
void add_limits(std::vector<std::string>& lines, const core::Activity& a, const RoleNames& names) {
  const double longer = std::max(a.data, a.model);
  if (longer <= 0) return;
  const double speedup = core::greatest_speedup(a.data, a.model);
  lines.push_back(
      fmt::format("  The {}'s work is {:.1f} % of both roles' work, so two devices can be at most {:.2f}x as fast as "
                  "one (promised: 1.5-2x{}).",
                  names.data, 100 * share_of(a.data, a.data + a.model), speedup,
                  speedup < kMinSpeedup ? ", which this work forbids" : ""));
  if (a.data / longer < kMinDataShare) {
    lines.push_back(
        fmt::format("  Beside a {} that never waits, that work fills {:.1f} % of the time: 40-60 % cannot "
                    "be reached.",
                    names.model, 100 * a.data / longer));
  } else if (a.model / longer < kMinModelShare) {
    lines.push_back(
        fmt::format("  The {} is the slower one: the {} can be busy {:.1f} % of the time at most, not "
                    "80-95 %.",
                    names.data, names.model, 100 * a.model / longer));
  }
}

}  // namespace

void ActivitySummary::add(const ActivitySummary& other) {
  activity.add(other.activity);
  step_seconds.add(other.step_seconds);
  steps += other.steps;
  const auto add_waits = [](Waits& sum, const Waits& more) {
    sum.count += more.count;
    sum.seconds += more.seconds;
  };
  add_waits(buffer_empty, other.buffer_empty);
  add_waits(buffer_full, other.buffer_full);
  data_gpu.add(other.data_gpu);
  model_gpu.add(other.model_gpu);
}

std::string activity_line(const std::string& epochs, const ActivitySummary& summary, const RoleNames& names) {
  const core::Activity& a = summary.activity;
  std::string line = fmt::format(
      "{}: {} {:.0f} % busy {}, {} {:.0f} % {}, overlap {:.0f} %, stalls {}, copies {:.2f} s, step variation {:.2f}",
      epochs, names.model, 100 * share_of(a.model, a.wall), percentiles(a.model_shares), names.data,
      100 * share_of(a.data, a.wall), percentiles(a.data_shares), 100 * share_of(a.overlap, a.supply),
      waits(summary.buffer_empty), a.copies, summary.step_seconds.coefficient_of_variation());
  if (summary.model_gpu.count() > 0) line += fmt::format(", NVML {:.0f} %", 100 * summary.model_gpu.mean());
  if (summary.data_gpu.count() > 0) line += fmt::format(" and {:.0f} %", 100 * summary.data_gpu.mean());
  return line;
}

std::vector<std::string> activity_table(const std::string& stage, const ActivitySummary& summary,
                                        const RoleNames& names, const MemoryShares& memory) {
  const core::Activity& a = summary.activity;
  std::vector<std::string> lines{fmt::format("{}: both roles at work", stage), row("", "measured", "promised")};
  add_busy_rows(lines, summary, names);
  add_memory_rows(lines, names, memory);
  lines.push_back(row("overlap",
                      fmt::format("{:.1f} % of data and copies, {:.1f} % of the time",
                                  100 * share_of(a.overlap, a.supply), 100 * share_of(a.overlap, a.wall)),
                      "at the same time"));
  lines.push_back(
      row("step variation", fmt::format("{:.3f}", summary.step_seconds.coefficient_of_variation()), "no oscillation"));
  lines.push_back(row("steps a minute",
                      fmt::format("{:.1f}", 60 * share_of(static_cast<double>(summary.steps), a.wall)), "100 -> 170"));
  lines.push_back(row("stalls, empty buffer", waits(summary.buffer_empty), "-"));
  lines.push_back(row("waits, full buffer", waits(summary.buffer_full), "-"));
  lines.push_back(row("copies", fmt::format("{}, {:.2f} s", a.copy_count, a.copies), "-"));
  add_limits(lines, a, names);
  return lines;
}

}  // namespace myxtts::report
