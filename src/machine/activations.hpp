#pragma once
// What a training step keeps until its backward pass, and what that pass takes beside it: closed formulas of the
// models' code.

#include <cstdint>

#include "config/settings.hpp"

namespace myxtts::machine {

// A data set, as far as memory depends on it. The defaults are LJSpeech's, for when no set is known yet.
struct DataShape {
  std::int64_t clips = 13100;
  double mean_seconds = 6.6;
  double longest_seconds = 10.1;
  double mean_text_tokens = 101;
  double longest_text_tokens = 188;
  std::int64_t text_vocabulary = 64;
};

// What a batch of the voice stage holds, over all its rows.
struct BatchShape {
  std::int64_t rows = 0;
  std::int64_t text_inputs = 0;
  std::int64_t audio_inputs = 0;
  std::int64_t tokens = 0;  // both, and the prompts' latents
  std::int64_t prompt_frames = 0;
};

// The largest batch that is planned: one token budget, or the longest clips where batches are cut by count.
[[nodiscard]] BatchShape planned_batch(const config::Settings& settings, const DataShape& data);

// Bytes of one batch's tensors, as they lie in the prefetch buffer and in a transfer slot.
[[nodiscard]] std::int64_t voice_batch_bytes(const BatchShape& batch);
[[nodiscard]] std::int64_t codec_batch_bytes(const config::CodecSettings& codec);

// Mel frames of so many seconds of speech.
[[nodiscard]] std::int64_t frames_of(double seconds);

// Units: bytes.
struct StepMemory {
  std::int64_t kept = 0;     // by the forward pass for the backward pass
  std::int64_t working = 0;  // the most that the backward pass takes at once beside what is kept
};

// `on_gpu`: dropout keeps a byte an element there, its scale on a CPU.
[[nodiscard]] StepMemory voice_step_memory(const config::Settings& settings, const BatchShape& batch,
                                           std::int64_t text_vocabulary, bool on_gpu);
[[nodiscard]] StepMemory codec_step_memory(const config::Settings& settings);

// Whether the run's precision keeps the operands of matrix products in two bytes.
[[nodiscard]] bool is_half_precision(const config::Settings& settings);

}  // namespace myxtts::machine
