#pragma once
// The voice's stage before it is made. The figures of a step are closed formulas of the model's code.

#include "stages/plan/stage_plan.hpp"

namespace myxtts::stages {

[[nodiscard]] const StagePlan& voice_plan();

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

// `on_gpu`: dropout keeps a byte an element there, its scale on a CPU.
[[nodiscard]] StepMemory voice_step_memory(const config::Settings& settings, const BatchShape& batch,
                                           std::int64_t text_vocabulary, bool on_gpu);

}  // namespace myxtts::stages
