#pragma once
// The codec's stage before it is made. The figures of a step are closed formulas of the model's code.

#include "stages/plan/stage_plan.hpp"

namespace myxtts::stages {

[[nodiscard]] const StagePlan& codec_plan();

// Bytes of one batch's tensors, as they lie in the prefetch buffer and in a transfer slot.
[[nodiscard]] std::int64_t codec_batch_bytes(const config::CodecSettings& codec);
[[nodiscard]] StepMemory codec_step_memory(const config::Settings& settings);

}  // namespace myxtts::stages
