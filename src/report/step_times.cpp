// Computes the figures of each step from spans.

#include <algorithm>
#include <stdexcept>

#include "core/statistics.hpp"
#include "report/profile_table.hpp"

namespace myxtts::report {
namespace {

constexpr double kMsPerSecond = 1e3;

// The median of each element over the rounds.
std::vector<double> medians(const std::vector<const std::vector<double>*>& rounds) {
  std::vector<double> result;
  for (std::size_t i = 0; i < rounds.front()->size(); ++i) {
    std::vector<double> values;
    for (const std::vector<double>* round : rounds) values.push_back((*round)[i]);
    result.push_back(core::median(std::move(values)));
  }
  return result;
}

// The step of a span, from 0. The sequence of a batch's span counts micro-batches; that of a step's span counts steps
// from 1.
std::int64_t step_of(const core::Span& span, std::int64_t micro_steps) {
  const auto sequence = static_cast<std::int64_t>(span.sequence);
  const bool is_step = span.part == "optimiser" || span.part == "validate" || span.part == "save";
  return is_step ? sequence - 1 : sequence / micro_steps;
}

}  // namespace

MeasuredSteps steps_of(std::span<const core::Span> spans, std::int64_t first_step, std::int64_t steps,
                       std::int64_t micro_steps) {
  const auto count = static_cast<std::size_t>(steps);
  MeasuredSteps measured;
  std::vector<double> begins(count, -1);
  double end = 0;
  for (const core::Span& span : spans) {
    const std::int64_t index = step_of(span, micro_steps) - first_step;
    if (index < 0 || index >= steps) continue;
    const auto step = static_cast<std::size_t>(index);
    std::vector<double>& times = measured.part_ms.try_emplace(span.part, count, 0.0).first->second;
    times[step] += kMsPerSecond * span.seconds();
    if (span.part == "wait" && (begins[step] < 0 || span.begin_seconds < begins[step])) {
      begins[step] = span.begin_seconds;
    }
    if (span.part == "optimiser") end = std::max(end, span.end_seconds);
  }
  if (begins.empty() || std::ranges::min(begins) < 0) throw std::logic_error("a step was not measured");
  measured.range = {begins.front(), end};
  begins.push_back(end);
  for (std::size_t i = 0; i < count; ++i) measured.step_ms.push_back(kMsPerSecond * (begins[i + 1] - begins[i]));
  return measured;
}

MeasuredSteps median_of(const std::vector<MeasuredSteps>& rounds) {
  MeasuredSteps result;
  const auto over_rounds = [&](auto&& times_of) {
    std::vector<const std::vector<double>*> times;
    for (const MeasuredSteps& round : rounds) times.push_back(&times_of(round));
    return medians(times);
  };
  const auto busy = [&](double core::BusyCores::*whose) {
    std::vector<double> values;
    for (const MeasuredSteps& round : rounds) values.push_back(round.busy.*whose);
    return core::median(std::move(values));
  };
  result.range = rounds.back().range;
  result.busy = {.own = busy(&core::BusyCores::own), .others = busy(&core::BusyCores::others)};
  result.step_ms = over_rounds([](const MeasuredSteps& round) -> const auto& { return round.step_ms; });
  for (const auto& [part, times] : rounds.front().part_ms) {
    result.part_ms[part] =
        over_rounds([&name = part](const MeasuredSteps& round) -> const auto& { return round.part_ms.at(name); });
  }
  return result;
}

}  // namespace myxtts::report
