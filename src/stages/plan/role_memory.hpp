#pragma once
// What stages say of memory before their first step, and what they share in saying it.

#include <cstdint>
#include <string>
#include <vector>

#include "config/settings.hpp"

namespace myxtts::stages {

// A data set, as far as memory depends on it. The defaults are LJSpeech's, for when no set is known yet.
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

// What a training step keeps until its backward pass, and what that pass takes beside it. Units: bytes.
struct StepMemory {
  std::int64_t kept = 0;     // by the forward pass for the backward pass
  std::int64_t working = 0;  // the maximum that the backward pass takes at once beside what is kept
};

inline constexpr std::int64_t kFloatBytes = 4;
inline constexpr std::int64_t kBatchesInHand = 3;  // being made, moved or delivered, beside the buffer

// Mel frames of so many seconds of speech.
[[nodiscard]] std::int64_t frames_of(double seconds);

// Whether the run's precision keeps the operands of matrix products in two bytes.
[[nodiscard]] bool is_half_precision(const config::Settings& settings);

// Held-out clips that are kept as batches.
[[nodiscard]] std::int64_t held_out_rows(const config::Settings& settings, const DataShape& data);

// Bytes of windowed frames and their spectrum, for the longest clip or a prompt.
[[nodiscard]] std::int64_t mel_workspace(const config::Settings& settings, const DataShape& data);

// Parameters, gradients and two moments: 16 bytes a parameter; in half precision also a copy in two bytes.
[[nodiscard]] std::vector<MemoryPart> trained_parts(std::int64_t parameters, bool half_copy);

// Adds what a step takes, and the slots in which its batch arrives.
void add_step(std::vector<MemoryPart>& parts, const StepMemory& step, std::int64_t batch_bytes);

}  // namespace myxtts::stages
