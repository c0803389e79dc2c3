#pragma once
// Trains a stage for some steps in several ways, to find out what its pipeline costs and what limits it.

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "contracts/learner.hpp"
#include "device/runtime.hpp"
#include "device/span_recorder.hpp"
#include "pipeline/pipeline.hpp"
#include "preparation/preparation.hpp"
#include "report/profile_table.hpp"

namespace myxtts::profiling {

enum class Epoch {
  kFirst,  // every code is made, however often its clip comes
  kLater,  // codes that were made are kept, as far as the settings' cache goes
};

// What a stage is made of. The functions' products record in `spans`.
struct ProfiledStage {
  device::DeviceRuntime& runtime;
  device::SpanRecorder& spans;
  std::function<std::unique_ptr<preparation::Preparation>(Epoch epoch)> new_preparation;
  pipeline::PlanBatch plan;
  std::function<std::unique_ptr<contracts::Learner>()> new_learner;  // called as the model role
  // Its sequences and start delay are not used, and at most a few batches of its buffer.
  pipeline::PipelineOptions pipeline;
  std::int64_t micro_steps = 1;                                    // batches of an optimiser step
  std::function<std::vector<report::GpuShare>()> take_gpu_shares;  // since the last call; empty: there is no GPU
  bool verify_transfer = false;
};

enum class Way {
  kPipeline,
  kSequence,  // each part after the other on the model device, in one thread
};

struct ProfilingOptions {
  Way way = Way::kPipeline;
  std::int64_t steps = 50;
  std::int64_t rounds = 3;    // each way is measured so often, in turns
  bool later_epochs = false;  // measure with cached codes too
};

// The stage's steps, the replay of the same batches from the model device's memory, and later epochs; no comparison.
// Thread: the calling thread works for the model role in the meantime.
[[nodiscard]] report::Profile profile_stage(const ProfiledStage& stage, const ProfilingOptions& options);

}  // namespace myxtts::profiling
