#pragma once
// The plan of the codec stage. The memory of a step is computed by formulas that follow the model's code.

#include "stages/plan/stage_plan.hpp"

namespace myxtts::stages {

[[nodiscard]] const StagePlan& codec_plan();

// Bytes of one batch's tensors in the buffer or in a transfer slot.
[[nodiscard]] std::int64_t codec_batch_bytes(const config::CodecSettings& codec);
[[nodiscard]] StepMemory codec_step_memory(const config::Settings& settings);

}  // namespace myxtts::stages
