#pragma once
// Trains a stage for some steps in several ways, to measure what its pipeline costs and what limits it.

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
  kFirst,  // every code is computed, however often its clip comes
  kLater,  // codes are cached, up to the limit in the settings
};

// The parts of a stage. Objects made by the functions record in `spans`.
struct ProfiledStage {
  device::DeviceRuntime& runtime;
  device::SpanRecorder& spans;
  std::function<std::unique_ptr<preparation::Preparation>(Epoch epoch)> new_preparation;
  pipeline::PlanBatch plan;
  std::function<std::unique_ptr<contracts::Learner>()> new_learner;  // called in the model role
  // Its sequences and start delay are ignored, and its buffer holds at most a few batches.
  pipeline::PipelineOptions pipeline;
  std::int64_t micro_steps = 1;                                    // batches for one optimiser step
  std::function<std::vector<report::GpuShare>()> take_gpu_shares;  // since the last call; empty: no GPU
  bool verify_transfer = false;
};

enum class Way {
  kPipeline,
  kSequence,  // one part after another on the model device, in one thread
};

struct ProfilingOptions {
  Way way = Way::kPipeline;
  std::int64_t steps = 50;
  std::int64_t rounds = 3;    // each round measures every way once
  bool later_epochs = false;  // measure with cached codes too
};

// Measures the stage's steps, the replay of the same batches from the model device's memory, and later epochs; does no
// comparison.
// Thread: the calling thread works for the model role during the call.
[[nodiscard]] report::Profile profile_stage(const ProfiledStage& stage, const ProfilingOptions& options);

}  // namespace myxtts::profiling
