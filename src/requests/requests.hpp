#pragma once
// The requests from the front to the engine: one struct per command, with all decisions made. request_fields.hpp lists
// the members again, for the JSON document of a request.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "config/run_start.hpp"
#include "config/settings.hpp"
#include "core/file_system.hpp"
#include "machine/device_plan.hpp"
#include "machine/machine_report.hpp"

namespace myxtts::requests {

// The part that all requests have.
struct EngineRequest {
  config::Settings settings;
  machine::DevicePlan device_plan;
};

struct TrainRequest : EngineRequest {
  static constexpr const char* kCommand = "train";
  core::Path output;  // the run folder
  config::RunStart start = config::RunStart::kNew;
  bool fits_micro_batch = false;                 // batch.size and batch.accumulation are chosen by the memory there is
  std::optional<std::int64_t> max_steps;         // the run stops after this many optimiser steps of all stages
  std::optional<std::int64_t> spoken_sentences;  // number of unseen sentences that the trained voice speaks; not set: 0
  std::vector<std::string> log_lines;            // the lines that the front printed, for log.txt
};

struct SynthesizeRequest : EngineRequest {
  static constexpr const char* kCommand = "synthesize";
  core::Path checkpoint;
  std::string text;
  std::optional<core::Path> text_file;  // if set, its lines are spoken instead of `text`
  std::vector<core::Path> references;   // clips of the voice; empty: the checkpoint's voice
  core::Path output;
  std::optional<std::string> language;  // not set: the checkpoint's
  std::optional<double> temperature;    // of the sampling, like the next three; not set: the checkpoint's
  std::optional<std::int64_t> top_k;
  std::optional<double> top_p;
  std::optional<double> repetition_penalty;
  bool greedy = false;
  std::uint64_t seed = 1;
  double speed = 1.0;
};

struct ResynthesizeRequest : EngineRequest {
  static constexpr const char* kCommand = "resynthesize";
  core::Path checkpoint;
  std::vector<core::Path> inputs;
  core::Path output;
};

struct EvaluateRequest : EngineRequest {
  static constexpr const char* kCommand = "evaluate";
  core::Path checkpoint;
  bool json = false;
};

// What `profile` compares the pipeline with, on the same batches.
enum class Comparison {
  kSequential,  // all parts one after another, on one device
  kPlain,       // the pipeline without memory caps
};

// "sequential" or "plain".
[[nodiscard]] std::string name_of(Comparison comparison);

struct ProfileRequest : EngineRequest {
  static constexpr const char* kCommand = "profile";
  std::int64_t steps = 50;
  std::int64_t rounds = 3;
  std::string stage;
  bool fits_micro_batch = false;      // as in TrainRequest
  std::optional<core::Path> batches;  // a JSON array of arrays of clip ids; not set: as planned for training
  std::optional<Comparison> comparison;
  bool json = false;
};

struct PreflightRequest : EngineRequest {
  static constexpr const char* kCommand = "preflight";
  core::Path checkpoint;
  std::optional<core::Path> html;  // the HTML report to write; not set: no report
  bool json = false;
};

struct ValidateRequest : EngineRequest {
  static constexpr const char* kCommand = "validate";
  machine::MachineReport report;  // the front's checks
  bool json = false;
};

using Request = std::variant<TrainRequest, SynthesizeRequest, ResynthesizeRequest, EvaluateRequest, ProfileRequest,
                             PreflightRequest, ValidateRequest>;

}  // namespace myxtts::requests
