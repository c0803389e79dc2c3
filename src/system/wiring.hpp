#pragma once
// How the parts become a stage: the one place that names all of them.

#include <functional>
#include <memory>

#include "contracts/train_state.hpp"
#include "core/console.hpp"
#include "core/reports.hpp"
#include "device/runtime.hpp"
#include "machine/device_plan.hpp"
#include "machine/gpu_inventory.hpp"
#include "system/run_files.hpp"
#include "system/stage_data.hpp"
#include "training/codec_learner.hpp"
#include "training/voice_learner.hpp"

namespace myxtts::system {

// What every stage of a run shares.
struct StageContext {
  RunData run;
  device::DeviceRuntime& runtime;
  core::Console& console;
  RunFiles& files;
  // What every checkpoint holds beside the stage's own weights: statistics, default voice, a frozen codec, documents.
  contracts::TrainState base;
  std::function<bool()> stop_requested;
  std::int64_t most_run_steps = 0;                      // --max-steps; 0: no limit
  machine::DevicePlan plan = {};                        // which GPUs are named while the run starts
  bool has_started = false;                             // a stage of the run has begun to train: the GPUs were named
  const machine::DeviceInventory* inventory = nullptr;  // asked what the process holds, where the plan has GPUs
};

// The learner of a stage, new, its weights drawn by the run's seed; `spans` gets its parts. Thread: the model role's.
[[nodiscard]] std::unique_ptr<training::CodecLearner> new_codec_learner(const RunData& run,
                                                                        const device::DeviceRuntime& runtime,
                                                                        device::SpanRecorder* spans = nullptr);
[[nodiscard]] std::unique_ptr<training::VoiceLearner> new_voice_learner(const RunData& run,
                                                                        const device::DeviceRuntime& runtime,
                                                                        device::SpanRecorder* spans = nullptr);

// Where the voice stage starts: both null, from new weights.
struct VoiceStart {
  const contracts::TrainState* resumed = nullptr;  // with its optimiser
  const contracts::TrainState* weights = nullptr;  // of a trained voice model; the optimiser is new
};

// Each trains one stage from `progress` on (weights and optimiser from `resumed` where there is one), and returns its
// report. Thread: the calling thread becomes the model role's.
core::RunReport train_codec(StageContext& context, contracts::StageProgress& progress,
                            const contracts::TrainState* resumed);
// `codec`: the trained weights, as TrainState holds them.
core::RunReport train_voice(StageContext& context, contracts::StageProgress& progress,
                            const contracts::NamedTensors& codec, const VoiceStart& start);

}  // namespace myxtts::system
