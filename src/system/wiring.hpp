#pragma once
// How the parts become a stage: the one place that names all of them.

#include <functional>
#include <memory>
#include <vector>

#include "config/settings.hpp"
#include "contracts/learner.hpp"
#include "core/console.hpp"
#include "device/runtime.hpp"
#include "model/codec.hpp"
#include "preparation/speech_mels.hpp"
#include "system/run_files.hpp"
#include "system/training_data.hpp"

namespace myxtts::system {

// What every stage of a run shares.
struct StageContext {
  const config::Settings& settings;
  const TrainingData& data;
  device::DeviceRuntime& runtime;
  core::Console& console;
  RunFiles& files;
  // What every checkpoint holds beside the stage's own weights: statistics, default voice, a frozen codec, documents.
  contracts::TrainState base;
  preparation::MelStatistics statistics;
  std::function<bool()> stop_requested;
  std::int64_t most_run_steps = 0;  // --max-steps; 0: no limit
};

// Statistics of the training clips' log mels, over settings.data.statistics_clips of them, drawn by the seed.
[[nodiscard]] preparation::MelStatistics gather_statistics(const config::Settings& settings, const TrainingData& data,
                                                           device::DeviceRuntime& runtime);

// The prompt mel that the voice speaks with when nobody gives a reference: the first clip's. Shapes: [T, M], divided.
[[nodiscard]] torch::Tensor default_prompt(const config::Settings& settings, const TrainingData& data,
                                           const preparation::MelStatistics& statistics,
                                           device::DeviceRuntime& runtime);

// Micro-batches of the voice stage's first epoch: what its planned length is counted in.
[[nodiscard]] std::int64_t voice_batches_per_epoch(const config::Settings& settings, const TrainingData& data);

// Each trains one stage from `progress` on (weights and optimiser from `resumed` where there is one), and returns its
// report. Thread: the calling thread becomes the model role's.
core::RunReport train_codec(StageContext& context, contracts::StageProgress& progress,
                            const contracts::TrainState* resumed);
// `codec`: the trained weights, as TrainState holds them.
core::RunReport train_voice(StageContext& context, contracts::StageProgress& progress,
                            const contracts::NamedTensors& codec, const contracts::TrainState* resumed);

}  // namespace myxtts::system
