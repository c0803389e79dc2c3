#include "report/progress_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

namespace myxtts::report {
namespace {

constexpr std::int64_t kBarWidth = 20;
// The parts of a batch in their order, then the other parts of training.
constexpr std::array<std::string_view, 9> kPartOrder{"decode",   "prepare",   "transfer", "wait", "forward",
                                                     "backward", "optimiser", "validate", "save"};

// "3.2140", or "-" if a stage has no such loss.
std::string loss_text(const core::Losses& losses) {
  const auto loss = losses.find("loss");
  return loss == losses.end() ? "-" : fmt::format("{:.4f}", loss->second);
}

std::string bar(std::int64_t done, std::int64_t planned) {
  const std::int64_t filled = planned > 0 ? std::clamp<std::int64_t>(kBarWidth * done / planned, 0, kBarWidth) : 0;
  std::string text(static_cast<std::size_t>(filled), '=');
  if (filled < kBarWidth) text += '>';
  text.resize(kBarWidth, ' ');
  return "[" + text + "]";
}

// The known parts in their order, then the others by name.
std::vector<std::pair<std::string, core::PartTime>> ordered_parts(const core::RunReport& report) {
  std::vector<std::pair<std::string, core::PartTime>> parts(report.parts.begin(), report.parts.end());
  std::ranges::stable_sort(parts, {}, [](const auto& part) { return std::ranges::find(kPartOrder, part.first); });
  return parts;
}

}  // namespace

std::string duration_text(double seconds) {
  if (!std::isfinite(seconds)) return "-";
  const auto whole = static_cast<std::int64_t>(std::max(0.0, std::round(seconds)));
  if (whole >= 3600) return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60);
  if (whole >= 60) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} s", whole);
}

std::string progress_line(const core::StepReport& report, const ProgressRate& rate, std::int64_t planned_steps) {
  return fmt::format("{} {}/{}  loss {}  {:.1f} audio-s/s  stall {:.1f} %  ETA {}{}", report.stage, report.step,
                     planned_steps, loss_text(report.losses), rate.audio_seconds_per_second(), 100 * rate.stall_share(),
                     duration_text(rate.seconds_for(planned_steps - report.step)),
                     report.skipped ? "  (update refused: not finite)" : "");
}

std::string progress_bar(const core::StepReport& report, const ProgressRate& rate, std::int64_t planned_steps) {
  return bar(report.step, planned_steps) + " " + progress_line(report, rate, planned_steps);
}

std::string validation_line(const core::ValidationReport& report) {
  std::string text = fmt::format("{} {}  validation: loss {}{}", report.stage, report.step, loss_text(report.losses),
                                 report.is_best ? " (best)" : "");
  for (const auto& [name, value] : report.losses) {
    if (name != "loss") text += fmt::format(", {} {:.4f}", name, value);
  }
  return text;
}

std::vector<std::string> totals_table(const core::RunReport& report, double padding) {
  const double wall = std::max(report.wall_seconds, 1e-9);
  const double steps = static_cast<double>(std::max<std::int64_t>(report.steps, 1));
  std::vector<std::string> lines{
      fmt::format("{}: {} steps in {}{}", report.stage, report.steps, duration_text(report.wall_seconds),
                  report.stopped ? " (stopped before the planned end)" : ""),
      fmt::format("  {:<12}{:>10}{:>9}{:>12}", "part", "seconds", "share", "ms a step")};
  for (const auto& [name, time] : ordered_parts(report)) {
    lines.push_back(fmt::format("  {:<12}{:>10.1f}{:>7.1f} %{:>12.2f}", name, time.seconds, 100 * time.seconds / wall,
                                1e3 * time.seconds / steps));
  }
  lines.push_back(fmt::format("  stall after warm-up {:.2f} %, {:.1f} audio seconds a second, padding {:.1f} %",
                              100 * report.stall_seconds / wall, report.audio_seconds / wall, 100 * padding));
  return lines;
}

}  // namespace myxtts::report
