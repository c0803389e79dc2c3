#pragma once
// A reference clip to the prompt that the conditioning encoder hears.

#include <torch/torch.h>

#include "config/settings.hpp"
#include "media/audio_file.hpp"

namespace myxtts::synthesis {

// The conditioning mel of the clip's beginning, by the rule that the voice was trained with: prompt_seconds (the whole
// clip where it is shorter); where clips prompted themselves, filled up with silence to 6 s as in training.
// Shapes: mel_deviation [M] -> [T, M], float32, divided, on the device.
// Throws: core::DataError for a clip without samples.
[[nodiscard]] torch::Tensor prompt_mel(const media::Samples& clip, const config::ConditioningSettings& settings,
                                       const torch::Tensor& mel_deviation, torch::Device device);

}  // namespace myxtts::synthesis
