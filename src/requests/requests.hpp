#pragma once
// What the front asks of the engine: one struct a command, with everything decided. request_fields.hpp lists the
// members a second time, for the document in which a request travels.

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

// What every command computes with.
struct EngineRequest {
  config::Settings settings;
  machine::DevicePlan device_plan;
};

struct TrainRequest : EngineRequest {
  static constexpr const char* kCommand = "train";
  core::Path output;  // the run's folder
  config::RunStart start = config::RunStart::kNew;
  std::optional<std::int64_t> max_steps;         // optimiser steps of all stages, after which the run stops
  std::optional<std::int64_t> spoken_sentences;  // how many unseen sentences the trained voice speaks; not set: none
  std::vector<std::string> log_lines;            // what the front printed, for log.txt
};

struct SynthesizeRequest : EngineRequest {
  static constexpr const char* kCommand = "synthesize";
  core::Path checkpoint;
  std::string text;
  std::optional<core::Path> text_file;  // its lines are spoken instead of `text`
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

// What profile compares the pipeline with, on the same batches.
enum class Comparison {
  kSequential,  // each part after the other on one device
  kPlain,       // the pipeline without memory caps
};

// "sequential" or "plain".
[[nodiscard]] std::string name_of(Comparison comparison);

struct ProfileRequest : EngineRequest {
  static constexpr const char* kCommand = "profile";
  std::int64_t steps = 50;
  std::int64_t rounds = 3;
  std::string stage;
  std::optional<core::Path> batches;  // a JSON array of arrays of clips' ids; not set: as planned for training
  std::optional<Comparison> comparison;
  bool json = false;
};

struct PreflightRequest : EngineRequest {
  static constexpr const char* kCommand = "preflight";
  core::Path checkpoint;
  std::optional<core::Path> html;  // of the page; not set: none
  bool json = false;
};

struct ValidateRequest : EngineRequest {
  static constexpr const char* kCommand = "validate";
  machine::MachineReport report;  // what the front has checked
  bool json = false;
};

using Request = std::variant<TrainRequest, SynthesizeRequest, ResynthesizeRequest, EvaluateRequest, ProfileRequest,
                             PreflightRequest, ValidateRequest>;

}  // namespace myxtts::requests
