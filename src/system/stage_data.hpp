#pragma once
// What a stage learns from: its preparation, the order of its batches, and its held-out batches.

#include <memory>
#include <vector>

#include "config/presets.hpp"
#include "config/settings.hpp"
#include "contracts/batch.hpp"
#include "contracts/train_state.hpp"
#include "device/runtime.hpp"
#include "device/span_recorder.hpp"
#include "planning/schedule.hpp"
#include "preparation/preparation.hpp"
#include "preparation/speech_mels.hpp"
#include "preparation/voice_preparation.hpp"
#include "system/training_data.hpp"
#include "text/tokenizer.hpp"

namespace myxtts::system {

// The data of a run and what its data role needs to know of it.
struct RunData {
  const config::Settings& settings;
  const TrainingData& clips;
  preparation::MelStatistics statistics;
};

struct StageData {
  std::unique_ptr<preparation::Preparation> training;
  std::unique_ptr<planning::StageSchedule> schedule;
  std::vector<contracts::Batch> validation;  // prepared once, kept on the data device
};

// Each makes the stage's data on a thread of the data role. `state` holds the trained codec; `spans` gets the parts of
// the preparation of training batches.
[[nodiscard]] StageData codec_data(const RunData& run, device::DeviceRuntime& runtime,
                                   device::SpanRecorder* spans = nullptr);
[[nodiscard]] StageData voice_data(const RunData& run, const contracts::TrainState& state,
                                   device::DeviceRuntime& runtime, device::SpanRecorder* spans = nullptr);

// The voice stage's rows in batches that are given, again and again.
[[nodiscard]] std::unique_ptr<planning::StageSchedule> voice_schedule(const RunData& run,
                                                                      std::vector<planning::PlannedBatch> batches);

// How the voice stage's rows are made; evaluation makes them alike, but for chance: that of the
// prompts, and augmentation.
[[nodiscard]] preparation::VoicePreparationOptions voice_preparation_options(const config::Settings& settings,
                                                                             const text::Tokenizer& tokenizer);

[[nodiscard]] text::Tokenizer tokenizer_of(const TrainingData& clips);

// Statistics of the training clips' log mels, over settings.data.statistics_clips of them, drawn by the seed.
[[nodiscard]] preparation::MelStatistics gather_statistics(const config::Settings& settings, const TrainingData& clips,
                                                           device::DeviceRuntime& runtime);

// A codec understands mels divided by the statistics that it was trained with: those of `trained`, or where that is
// null those of the clips.
[[nodiscard]] preparation::MelStatistics statistics_for(const contracts::TrainState* trained,
                                                        const config::Settings& settings, const TrainingData& clips,
                                                        device::DeviceRuntime& runtime);

// The prompt mel that the voice speaks with when nobody gives a reference: the first clip's that can be
// read. Shapes: [T, M], divided.
[[nodiscard]] torch::Tensor default_prompt(const RunData& run, device::DeviceRuntime& runtime);

// The voice stage's first epoch: what its planned length is counted in.
[[nodiscard]] config::EpochSize voice_epoch_size(const config::Settings& settings, const TrainingData& clips);

}  // namespace myxtts::system
