#pragma once
// The plan of the voice stage. The memory of a step is computed by formulas that follow the model's code.

#include "stages/plan/stage_plan.hpp"

namespace myxtts::stages {

[[nodiscard]] const StagePlan& voice_plan();

// The size of a batch of the voice stage, summed over its rows.
struct BatchShape {
  std::int64_t rows = 0;
  std::int64_t text_inputs = 0;
  std::int64_t audio_inputs = 0;
  std::int64_t tokens = 0;  // text and audio inputs, and the prompts' latents
  std::int64_t prompt_frames = 0;
};

// The largest planned batch: a full token budget, or the longest clips if batches are planned by count.
[[nodiscard]] BatchShape planned_batch(const config::Settings& settings, const DataShape& data);

// Bytes of one batch's tensors in the buffer or in a transfer slot.
[[nodiscard]] std::int64_t voice_batch_bytes(const BatchShape& batch);

// `on_gpu`: dropout keeps one byte per element on a GPU, a float scale on a CPU.
[[nodiscard]] StepMemory voice_step_memory(const config::Settings& settings, const BatchShape& batch,
                                           std::int64_t text_vocabulary, bool on_gpu);

}  // namespace myxtts::stages
