#pragma once
// The memory forecast of a stage before its first step, and the formulas that stages share.

#include <cstdint>
#include <string>
#include <vector>

#include "config/settings.hpp"

namespace myxtts::stages {

// The properties of a data set that decide memory. The defaults are those of LJSpeech, if no data set is known yet.
struct DataShape {
  std::int64_t clips = 13100;
  double mean_seconds = 6.6;
  double longest_seconds = 10.1;
  double mean_text_tokens = 101;
  double longest_text_tokens = 188;
  std::int64_t text_vocabulary = 64;
};

struct MemoryPart {
  std::string name;
  std::int64_t bytes = 0;
};

struct RoleForecast {
  std::string stage;
  std::vector<MemoryPart> parts;
  [[nodiscard]] std::int64_t bytes() const;
  // Units: MiB, rounded up.
  [[nodiscard]] std::int64_t megabytes() const;
};

// Memory of a training step. Units: bytes.
struct StepMemory {
  std::int64_t kept = 0;     // kept by the forward pass for the backward pass
  std::int64_t working = 0;  // the maximum that the backward pass takes in addition
};

inline constexpr std::int64_t kFloatBytes = 4;
inline constexpr std::int64_t kBatchesInHand = 3;  // in preparation, transfer or delivery, in addition to the buffer

// The number of mel frames of a speech of this length.
[[nodiscard]] std::int64_t frames_of(double seconds);

// Whether the run's precision keeps the operands of matrix products in two bytes.
[[nodiscard]] bool is_half_precision(const config::Settings& settings);

// The number of held-out clips that are kept as batches.
[[nodiscard]] std::int64_t held_out_rows(const config::Settings& settings, const DataShape& data);

// Bytes of windowed frames and their spectrum, for the longest clip or a prompt.
[[nodiscard]] std::int64_t mel_workspace(const config::Settings& settings, const DataShape& data);

// Parameters, gradients and two moments: 16 bytes per parameter; with `half_copy`, 2 more for a half-precision copy.
[[nodiscard]] std::vector<MemoryPart> trained_parts(std::int64_t parameters, bool half_copy);

// Adds the memory of a step and of the transfer slots.
void add_step(std::vector<MemoryPart>& parts, const StepMemory& step, std::int64_t batch_bytes);

}  // namespace myxtts::stages
