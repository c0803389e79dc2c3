#include "report/profile_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <string_view>

namespace myxtts::report {
namespace {

// The pipeline stalls if it is slower than the replay by more than this factor; less is measurement noise.
constexpr double kStall = 1.10;
// What limits the pipeline is nearly always busy: at least this share of a step.
constexpr double kSaturated = 0.75;
// If the driver reports a lower utilisation of the model GPU, the GPU waits for the host to launch its work.
constexpr double kIdlePercent = 60;
constexpr double kMinPromised = 1.5;  // speedup of two devices over one

constexpr std::array<std::string_view, 11> kParts = {
    "decode", "resample", "mel", "codes", "pack", "prepare", "transfer", "wait", "forward", "backward", "optimiser"};

struct Statistics {
  double mean = 0;
  double sd = 0;
  double least = 0;
  double p10 = 0;
  double p50 = 0;
  double p90 = 0;
  double p95 = 0;
  double most = 0;
};

double sum(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

double mean(const std::vector<double>& values) {
  return values.empty() ? 0 : sum(values) / static_cast<double>(values.size());
}

Statistics statistics_of(std::vector<double> values) {
  Statistics result;
  if (values.empty()) return result;
  std::ranges::sort(values);
  result.mean = mean(values);
  double squares = 0;
  for (const double value : values) squares += (value - result.mean) * (value - result.mean);
  result.sd = std::sqrt(squares / static_cast<double>(values.size()));
  const auto at = [&](double share) {
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1) + 0.5)];
  };
  result.least = values.front();
  result.p10 = at(0.1);
  result.p50 = at(0.5);
  result.p90 = at(0.9);
  result.p95 = at(0.95);
  result.most = values.back();
  return result;
}

double mean_ms(const MeasuredSteps& steps, std::string_view part) {
  const auto found = steps.part_ms.find(std::string(part));
  return found == steps.part_ms.end() ? 0 : mean(found->second);
}

template <std::size_t N>
std::string longest(const MeasuredSteps& steps, const std::array<std::string_view, N>& parts) {
  return std::string(*std::ranges::max_element(parts, {}, [&](std::string_view part) { return mean_ms(steps, part); }));
}

constexpr std::array<std::string_view, 3> kModelParts = {"forward", "backward", "optimiser"};

double compute_ms(const MeasuredSteps& steps) {
  double total = 0;
  for (const std::string_view part : kModelParts) total += mean_ms(steps, part);
  return total;
}

// How long one step keeps each part of the pipeline before the model role busy.
std::array<std::pair<std::string, double>, 3> supply_ms(const Profile& profile) {
  const double decode = mean_ms(profile.pipeline, "decode");
  const double workers = static_cast<double>(std::max<std::int64_t>(1, profile.workers));
  return {{{"decode", profile.workers == 0 ? 0 : decode / workers},
           {"data role", mean_ms(profile.pipeline, "prepare")},
           {"transfer", mean_ms(profile.pipeline, "transfer")}}};
}

std::string advice_for(const Profile& profile, const std::string& limit, const std::string& part) {
  if (limit == "decode") return fmt::format("more --num-workers (now {})", profile.workers);
  if (limit == "data role" && part == "decode") return "--num-workers 2, so that the data role does not decode";
  if (limit == "data role" && part == "codes") {
    return "a GPU of its own (--data-gpu), or a smaller codec; later epochs take codes from the cache "
           "(--set data.cache_mb=MB)";
  }
  if (limit == "data role") return "a GPU of its own (--data-gpu), or more threads (--set run.data_threads=N)";
  if (limit == "transfer") return "two GPUs with peer access (--data-gpu, --model-gpu), and no --verify-transfer";
  if (limit == "compute") return "--precision bf16 on a GPU, another --batch-size, or a smaller --model-size";
  return "a larger --batch-size (more work for each launch), fewer --threads where both roles share the cores";
}

Verdict verdict(const Profile& profile, double slowdown, std::string limit, std::string part) {
  std::string advice = advice_for(profile, limit, part);
  return {std::move(limit), std::move(part), slowdown, std::move(advice), false};
}

std::string table_row(std::string_view part, const Statistics& s, double share) {
  return fmt::format("  {:<10}{:>10.2f}{:>9.2f}{:>10.2f}{:>10.2f}{:>8.1f} %", part, s.mean, s.sd, s.p50, s.p95,
                     100 * share);
}

double audio_rate(const Profile& profile, const MeasuredSteps& steps) {
  return 1e3 * profile.audio_seconds / sum(steps.step_ms);
}

double processor_seconds(const MeasuredSteps& steps) { return steps.busy.own * mean(steps.step_ms) / 1e3; }

double variation(const MeasuredSteps& steps) {
  const Statistics s = statistics_of(steps.step_ms);
  return s.mean > 0 ? s.sd / s.mean : 0;
}

// Speedup of the pipeline over what it is compared with.
double speedup(const Profile& profile) {
  return time_ratio(profile.compared->steps, profile.compared->replay) / time_ratio(profile.pipeline, profile.replay);
}

double greatest_speedup(const Profile& profile) {
  return core::greatest_speedup(mean_ms(profile.pipeline, "prepare"), compute_ms(profile.replay));
}

std::string promise_of(const std::string& comparison) {
  return comparison == "plain" ? "1.3-1.5x" : "1.5-2x (2-3x with isolation)";
}

void add_comparison(const Profile& profile, std::vector<std::string>& lines) {
  if (!profile.compared) return;
  lines.push_back(fmt::format("  the pipeline against {}: {:.2f}x (promised: {})", profile.comparison, speedup(profile),
                              promise_of(profile.comparison)));
  if (profile.comparison != "sequential") return;
  const double greatest = greatest_speedup(profile);
  lines.push_back(fmt::format("  at best on two devices, for the data role's share of the work: {:.2f}x{}", greatest,
                              greatest < kMinPromised ? ", so this work cannot reach what was promised" : ""));
}

Verdict limit_of(const Profile& profile, double slowdown) {
  if (slowdown > kStall) {
    const auto supply = supply_ms(profile);
    const auto& most = *std::ranges::max_element(supply, {}, &std::pair<std::string, double>::second);
    if (most.second < kSaturated * mean(profile.pipeline.step_ms)) return verdict(profile, slowdown, "host", "host");
    if (most.first != "data role") return verdict(profile, slowdown, most.first, most.first);
    std::string part = longest(profile.pipeline, core::kPreparationParts);
    const bool decodes = profile.workers == 0 && mean_ms(profile.pipeline, "decode") > mean_ms(profile.pipeline, part);
    return verdict(profile, slowdown, "data role", decodes ? "decode" : part);
  }
  const bool gpu_idles = !profile.gpus.empty() && profile.gpus.front().percent < kIdlePercent;
  const bool idles = gpu_idles || compute_ms(profile.replay) < kSaturated * mean(profile.replay.step_ms);
  if (idles) return verdict(profile, slowdown, "host", "host");
  return verdict(profile, slowdown, "compute", longest(profile.replay, kModelParts));
}

std::string close_call(const Profile& profile) {
  const auto [least, most] = std::ranges::minmax(profile.round_slowdowns);
  return fmt::format(
      "A close call: over the rounds the pipeline took {:.3f} to {:.3f} times as long, and above {:.2f} it "
      "counts as stalled. More --steps tell better.",
      least, most, kStall);
}

using Json = nlohmann::ordered_json;

// The keys are those of the programs that scripts/bench compares.
Json speed_of(const Profile& profile, const MeasuredSteps& steps) {
  const Statistics s = statistics_of(steps.step_ms);
  return {{"steps_per_s", 1e3 / s.mean},
          {"audio_s_per_s", audio_rate(profile, steps)},
          {"cpu_s_per_step", processor_seconds(steps)},
          {"others_cores", steps.busy.others},
          {"step_s",
           {{"median", s.p50 / 1e3},
            {"p10", s.p10 / 1e3},
            {"p90", s.p90 / 1e3},
            {"min", s.least / 1e3},
            {"max", s.most / 1e3}}}};
}

}  // namespace

double time_ratio(const MeasuredSteps& steps, const MeasuredSteps& others) {
  return sum(steps.step_ms) / sum(others.step_ms);
}

Verdict verdict_of(const Profile& profile) {
  Verdict found = limit_of(profile, time_ratio(profile.pipeline, profile.replay));
  const bool stalls = found.slowdown > kStall;
  found.is_close =
      std::ranges::any_of(profile.round_slowdowns, [&](double round) { return (round > kStall) != stalls; });
  return found;
}

std::vector<std::string> profile_lines(const Profile& profile) {
  const MeasuredSteps& pipeline = profile.pipeline;
  const double step = mean(pipeline.step_ms);
  std::vector<std::string> lines = {
      fmt::format("{} stage, {} steps", profile.stage, pipeline.step_ms.size()),
      fmt::format("  {:<10}{:>10}{:>9}{:>10}{:>10}{:>10}", "part", "mean ms", "sd", "p50", "p95", "of a step")};
  for (const std::string_view part : kParts) {
    const auto found = pipeline.part_ms.find(std::string(part));
    if (found == pipeline.part_ms.end()) continue;
    const Statistics s = statistics_of(found->second);
    lines.push_back(table_row(part, s, s.mean / step));
  }
  lines.push_back(table_row("step", statistics_of(pipeline.step_ms), 1));
  const core::Activity& activity = profile.activity;
  const double wall = std::max(activity.wall, 1e-9);
  lines.push_back(fmt::format("  busy: data role {:.1f} %, model role {:.1f} %, both at once {:.1f} %",
                              100 * activity.data / wall, 100 * activity.model / wall, 100 * activity.overlap / wall));
  lines.push_back(fmt::format("  processor: {:.3f} s a step; other programs kept {:.2f} cores busy",
                              processor_seconds(pipeline), pipeline.busy.others));
  for (const GpuShare& gpu : profile.gpus) lines.push_back(fmt::format("  {}: {:.0f} % busy", gpu.name, gpu.percent));
  lines.push_back(fmt::format("  variation of a step {:.1f} %, padding {:.1f} %, {:.1f} audio seconds a second",
                              100 * variation(pipeline), 100 * profile.padding, audio_rate(profile, pipeline)));
  const Verdict found = verdict_of(profile);
  lines.push_back(
      fmt::format("  the same batches from memory: {:.1f} audio seconds a second; the pipeline takes {:.3f} "
                  "times as long",
                  audio_rate(profile, profile.replay), found.slowdown));
  if (profile.cached) {
    lines.push_back(fmt::format("  later epochs (codes cached): {:.1f} audio seconds a second, {:.3f} times as long",
                                audio_rate(profile, *profile.cached), time_ratio(*profile.cached, profile.replay)));
  }
  add_comparison(profile, lines);
  lines.push_back(fmt::format("Limited by {}{}. To change it: {}.", found.limit == "data role" ? "the " : "",
                              found.limit == found.part ? found.limit : found.limit + " (" + found.part + ")",
                              found.advice));
  if (found.is_close) lines.push_back(close_call(profile));
  return lines;
}

std::string profile_json(const Profile& profile) {
  const auto object_of = [](const Statistics& s, double share) {
    return Json{{"mean_ms", s.mean}, {"sd_ms", s.sd}, {"p50_ms", s.p50}, {"p95_ms", s.p95}, {"share", share}};
  };
  const double step = mean(profile.pipeline.step_ms);
  const double wall = std::max(profile.activity.wall, 1e-9);
  const Verdict found = verdict_of(profile);
  Json parts = Json::object();
  for (const auto& [part, times] : profile.pipeline.part_ms) {
    const Statistics s = statistics_of(times);
    parts[part] = object_of(s, s.mean / step);
  }
  Json object = {{"stage", profile.stage},
                 {"steps", profile.pipeline.step_ms.size()},
                 {"step", object_of(statistics_of(profile.pipeline.step_ms), 1)},
                 {"parts", parts},
                 {"step_variation", variation(profile.pipeline)},
                 {"padding", profile.padding},
                 {"pipeline", speed_of(profile, profile.pipeline)},
                 {"replay", speed_of(profile, profile.replay)},
                 {"utilization",
                  {{"data_role", profile.activity.data / wall},
                   {"model_role", profile.activity.model / wall},
                   {"overlap", profile.activity.overlap / wall}}},
                 {"verdict",
                  {{"limited_by", found.limit},
                   {"part", found.part},
                   {"pipeline_over_replay", found.slowdown},
                   {"close", found.is_close},
                   {"advice", found.advice}}}};
  for (const GpuShare& gpu : profile.gpus) object["gpus"].push_back({{"name", gpu.name}, {"utilization", gpu.percent}});
  if (profile.cached) object["cached"] = speed_of(profile, *profile.cached);
  if (profile.compared) {
    object["comparison"] = {
        {"with", profile.comparison}, {"speedup", speedup(profile)}, {"promised", promise_of(profile.comparison)}};
    if (profile.comparison == "sequential") object["comparison"]["greatest_speedup"] = greatest_speedup(profile);
  }
  return object.dump();
}

}  // namespace myxtts::report
