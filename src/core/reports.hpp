#pragma once
// The reports that training sends to its observers: one per optimiser step, one per validation, one at the end.

#include <cstdint>
#include <map>
#include <span>
#include <string>

#include "core/span.hpp"

namespace myxtts::core {

// Named losses and their parts: "loss", "text_loss", "audio_loss", "mel_loss", "commit_loss", ...
using Losses = std::map<std::string, double>;

struct StepReport {
  std::string stage;       // "codec", "voice"
  std::int64_t step = 0;   // optimiser steps within the stage, from 1
  std::int64_t epoch = 0;  // from 0
  Losses losses;
  double grad_norm = 0;  // before clipping
  double learning_rate = 0;
  double step_ms = 0;     // forward, backward and optimiser, without the stall
  double stall_ms = 0;    // the model role waited for data
  double produce_ms = 0;  // the data role's time to make the step's batches
  double transfer_ms = 0;
  double audio_seconds = 0;   // seconds of speech in the step, without padding
  double padding = 0;         // share of computed positions that are padding, 0-1
  std::int64_t buffered = 0;  // batches ready when the step began
  bool skipped = false;       // the update was skipped because it was not finite
  std::int64_t broken = 0;    // rows whose recordings can no longer be read; they are left out of the loss
};

struct ValidationReport {
  std::string stage;
  std::int64_t step = 0;
  Losses losses;
  bool is_best = false;
};

// Total time of one part.
struct PartTime {
  double seconds = 0;
  long count = 0;
};

struct RunReport {
  std::string stage;
  std::int64_t steps = 0;
  double wall_seconds = 0;
  double stall_seconds = 0;  // after warm-up
  double audio_seconds = 0;
  std::map<std::string, PartTime> parts;  // decode, prepare, transfer, forward, backward, optimiser, ...
  bool stopped = false;                   // by a signal or --max-steps, before the planned end
};

// Thread: called by the model role's thread only. A callback must not block for long, because training waits for it.
class TrainingObserver {
 public:
  virtual ~TrainingObserver() = default;
  // The spans that were measured since the last call; all spans of a step are passed before its on_step().
  virtual void on_spans(std::span<const Span>) {}
  virtual void on_step(const StepReport&) {}
  virtual void on_validation(const ValidationReport&) {}
  virtual void on_end(const RunReport&) {}
};

}  // namespace myxtts::core
