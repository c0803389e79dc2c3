#pragma once
// What a profile found: statistics of each part, what limits the pipeline, and the texts that say so. Pure functions.

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

// A row of training steps. Units: ms; each vector has an element a step.
struct MeasuredSteps {
  std::vector<double> step_ms;                         // from the wait for its first batch to that of the next step
  std::map<std::string, std::vector<double>> part_ms;  // all micro-batches of the step together
  core::Interval range;                                // of the spans' clock
  core::BusyCores busy;                                // in the meantime
};

// Steps first_step, ... of the spans of one stage (counted from 0); micro_steps batches are a step.
// Throws: std::logic_error where the spans do not hold all of them.
[[nodiscard]] MeasuredSteps steps_of(std::span<const core::Span> spans, std::int64_t first_step, std::int64_t steps,
                                     std::int64_t micro_steps);

// The same steps measured several times: of each figure the median, so that one disturbance leaves no trace.
[[nodiscard]] MeasuredSteps median_of(const std::vector<MeasuredSteps>& rounds);

// The time that steps took by that of equally many others.
[[nodiscard]] double time_ratio(const MeasuredSteps& steps, const MeasuredSteps& others);

struct GpuShare {
  std::string name;    // "Data GPU 0", ...
  double percent = 0;  // busy, as the driver says
};

// Another way to train on the same batches, and its own replay: by both replays the machine's moods cancel out.
struct ComparedSteps {
  MeasuredSteps steps;
  MeasuredSteps replay;
};

struct Profile {
  std::string stage;
  std::int64_t workers = 0;             // that decode; 0: the data role does
  MeasuredSteps pipeline;               // every code made
  MeasuredSteps replay;                 // the same batches from the model device's memory, no data role beside
  std::vector<double> round_slowdowns;  // the pipeline's time by the replay's in each round
  std::optional<MeasuredSteps> cached;  // the pipeline again, codes taken from the cache as in later epochs
  std::string comparison;               // "sequential", "plain" or none
  std::optional<ComparedSteps> compared;
  core::Activity activity;     // of the pipeline
  std::vector<GpuShare> gpus;  // the model GPU first
  double audio_seconds = 0;    // of speech in all the steps
  double padding = 0;          // 0-1
};

struct Verdict {
  std::string limit;      // "decode", "data role", "transfer", "compute", "host"
  std::string part;       // the part that takes most of it
  double slowdown = 1;    // the pipeline's time by the replay's: 1 where nothing stalls
  std::string advice;     // the flags to change
  bool is_close = false;  // the rounds do not agree whether the pipeline stalls
};

[[nodiscard]] Verdict verdict_of(const Profile& profile);

// The table, the figures under it and the verdict, a line each.
[[nodiscard]] std::vector<std::string> profile_lines(const Profile& profile);
// The same as one JSON object.
[[nodiscard]] std::string profile_json(const Profile& profile);

}  // namespace myxtts::report
