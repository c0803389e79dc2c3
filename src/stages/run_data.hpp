#pragma once
// The data that all stages of a run share: settings, clips, and the statistics that scale the mels.

#include <torch/types.h>

#include "config/settings.hpp"
#include "contracts/train_state.hpp"
#include "device/runtime.hpp"
#include "preparation/speech_mels.hpp"
#include "stages/training_data.hpp"
#include "text/tokenizer.hpp"

namespace myxtts::stages {

struct RunData {
  const config::Settings& settings;
  const TrainingData& clips;
  preparation::MelStatistics statistics;
};

[[nodiscard]] text::Tokenizer tokenizer_of(const TrainingData& clips);

// Statistics of the log mels of settings.data.statistics_clips training clips, which are drawn by the seed.
[[nodiscard]] preparation::MelStatistics gather_statistics(const config::Settings& settings, const TrainingData& clips,
                                                           device::DeviceRuntime& runtime);

// The statistics that the codec is trained with, because it needs mels scaled by them: those of `trained`, or if that
// is null, those of the clips.
[[nodiscard]] preparation::MelStatistics statistics_for(const contracts::TrainState* trained,
                                                        const config::Settings& settings, const TrainingData& clips,
                                                        device::DeviceRuntime& runtime);

// The mel of the default prompt, for speech without a reference: from the first clip that can be read.
// Shapes: [T, M], divided by the statistics.
[[nodiscard]] torch::Tensor default_prompt(const RunData& run, device::DeviceRuntime& runtime);

}  // namespace myxtts::stages
