#pragma once
// Turns a reference clip into a prompt for the conditioning encoder.

#include <torch/types.h>

#include "config/settings.hpp"
#include "media/audio_file.hpp"

namespace myxtts::synthesis {

// The conditioning mel of the clip's first prompt_seconds (of the whole clip if it is shorter), as in the voice's
// training. If each clip was its own prompt there, the audio is padded with silence to 6 s.
// Shapes: mel_standard_deviation [M] -> [T, M], float32, divided by mel_standard_deviation, on the device.
// Throws: core::DataError for a clip without samples.
[[nodiscard]] torch::Tensor prompt_mel(const media::Samples& clip, const config::ConditioningSettings& settings,
                                       const torch::Tensor& mel_standard_deviation, torch::Device device);

}  // namespace myxtts::synthesis
