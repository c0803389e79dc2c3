#pragma once
// What all stages of a run share: its settings, its clips, and how their mels are scaled.

#include <torch/torch.h>

#include "config/settings.hpp"
#include "contracts/train_state.hpp"
#include "device/runtime.hpp"
#include "preparation/speech_mels.hpp"
#include "system/training_data.hpp"
#include "text/tokenizer.hpp"

namespace myxtts::stages {

struct RunData {
  const config::Settings& settings;
  const system::TrainingData& clips;
  preparation::MelStatistics statistics;
};

[[nodiscard]] text::Tokenizer tokenizer_of(const system::TrainingData& clips);

// Statistics of the training clips' log mels, over settings.data.statistics_clips of them, drawn by the seed.
[[nodiscard]] preparation::MelStatistics gather_statistics(const config::Settings& settings,
                                                           const system::TrainingData& clips,
                                                           device::DeviceRuntime& runtime);

// A codec understands mels divided by the statistics that it was trained with: those of `trained`, or where that is
// null those of the clips.
[[nodiscard]] preparation::MelStatistics statistics_for(const contracts::TrainState* trained,
                                                        const config::Settings& settings,
                                                        const system::TrainingData& clips,
                                                        device::DeviceRuntime& runtime);

// The prompt mel that the voice speaks with where no reference is given: the first clip's that can be read.
// Shapes: [T, M], divided by the statistics.
[[nodiscard]] torch::Tensor default_prompt(const RunData& run, device::DeviceRuntime& runtime);

}  // namespace myxtts::stages
