#pragma once
// The results of a profile: statistics of each part, what limits the pipeline, and their texts. Pure functions.

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/activity.hpp"
#include "core/processor_watch.hpp"
#include "core/span.hpp"

namespace myxtts::report {

// Consecutive training steps. Units: ms; each vector has one element per step.
struct MeasuredSteps {
  std::vector<double> step_ms;                         // from the wait for its first batch to the wait of the next step
  std::map<std::string, std::vector<double>> part_ms;  // sum over all micro-batches of the step
  core::Interval range;                                // by the clock of the spans
  core::BusyCores busy;                                // during `range`
};

// `steps` steps from `first_step` on (counted from 0), from the spans of one stage; micro_steps batches are a step.
// Throws: std::logic_error if the spans do not contain all of them.
[[nodiscard]] MeasuredSteps steps_of(std::span<const core::Span> spans, std::int64_t first_step, std::int64_t steps,
                                     std::int64_t micro_steps);

// The median of each figure over several measurements of the same steps, so that a single disturbance has no effect.
[[nodiscard]] MeasuredSteps median_of(const std::vector<MeasuredSteps>& rounds);

// The time of `steps` divided by the time of equally many `others`.
[[nodiscard]] double time_ratio(const MeasuredSteps& steps, const MeasuredSteps& others);

struct GpuShare {
  std::string name;    // "Data GPU 0", ...
  double percent = 0;  // utilisation, by the driver
};

// Another way to train on the same batches, and its own replay. The time of each way is divided by that of its replay,
// so that changes of the machine's speed cancel out.
struct ComparedSteps {
  MeasuredSteps steps;
  MeasuredSteps replay;
};

struct Profile {
  std::string stage;
  std::int64_t workers = 0;             // decode workers; 0: the data role decodes
  MeasuredSteps pipeline;               // all codes are computed
  MeasuredSteps replay;                 // the same batches from the model device's memory, without the data role
  std::vector<double> round_slowdowns;  // the pipeline's time divided by the replay's, per round
  std::optional<MeasuredSteps> cached;  // the pipeline with codes from the cache, as in later epochs
  std::string comparison;               // "sequential", "plain" or empty
  std::optional<ComparedSteps> compared;
  core::Activity activity;     // of the pipeline
  std::vector<GpuShare> gpus;  // the model GPU first
  double audio_seconds = 0;    // of speech in all steps
  double padding = 0;          // 0-1
};

struct Verdict {
  std::string limit;      // "decode", "data role", "transfer", "compute", "host"
  std::string part;       // the part with the maximum share of it
  double slowdown = 1;    // the pipeline's time divided by the replay's; 1 without stalls
  std::string advice;     // the flags to change
  bool is_close = false;  // the rounds do not agree whether the pipeline stalls
};

[[nodiscard]] Verdict verdict_of(const Profile& profile);

// The table, the figures under it and the verdict, one element per line.
[[nodiscard]] std::vector<std::string> profile_lines(const Profile& profile);
// The same as one JSON object.
[[nodiscard]] std::string profile_json(const Profile& profile);

}  // namespace myxtts::report
