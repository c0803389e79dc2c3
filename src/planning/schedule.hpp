#pragma once
// The endless sequence of micro-batches that a stage trains on, with random access, so that a resumed run continues
// where it stopped.

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <vector>

#include "config/settings.hpp"
#include "planning/batches.hpp"

namespace myxtts::planning {

// What a row adds to the denominators of the two losses.
struct RowTargets {
  std::int64_t text = 0;
  std::int64_t audio = 0;
};

// The targets of clip `clip` in `epoch` (a prompt drawn anew each epoch may mask some). Must be pure and thread-safe.
using TargetsOfRow = std::function<RowTargets(std::uint32_t clip, std::int64_t epoch)>;

// Number of samples after `frames` are resampled from `from_hz` to `to_hz`, rounded up as by the resampler.
[[nodiscard]] std::int64_t resampled_length(std::int64_t frames, std::int64_t from_hz, std::int64_t to_hz);

// Number of audio codes of a clip with `samples` at the model's rate: one per 1,024 samples, rounded up.
[[nodiscard]] std::int64_t codes_of_samples(std::int64_t samples);

struct BatchPlan {
  std::uint64_t sequence = 0;  // micro-batches since the stage began, from 0
  std::int64_t epoch = 0;
  std::int64_t index_in_epoch = 0;
  std::int64_t micro_step = 0;   // within its optimiser step, from 0
  std::int64_t micro_steps = 1;  // of its optimiser step
  std::vector<std::uint32_t> clips;
  std::int64_t step_text_targets = 0;  // of the whole optimiser step
  std::int64_t step_audio_targets = 0;
};

// The plan of a batch that is a whole optimiser step: its targets are the step's. For held-out clips and measurements.
[[nodiscard]] BatchPlan single_step_plan(const PlannedBatch& batch, const TargetsOfRow& targets);

// Every settings.accumulation consecutive micro-batches are one optimiser step; a step may continue in the next epoch.
// Epochs are planned on demand. Thread: at() and batches_in_epoch() are thread-safe.
class StageSchedule {
 public:
  // costs: of each clip, in tokens, at least 1. weights: how often each is visited in an epoch; empty: once.
  // Throws: std::invalid_argument if there are no clips.
  StageSchedule(std::vector<std::int64_t> costs, TargetsOfRow targets, const config::BatchSettings& settings,
                std::uint64_t seed, std::uint32_t stage, std::vector<double> weights = {});
  // The same batches, in their order, in every epoch. Throws: std::invalid_argument if there are none.
  StageSchedule(std::vector<PlannedBatch> batches, TargetsOfRow targets, std::int64_t accumulation);

  [[nodiscard]] BatchPlan at(std::uint64_t sequence) const;
  [[nodiscard]] std::int64_t batches_in_epoch(std::int64_t epoch) const;

 private:
  using PlanEpoch = std::function<std::vector<PlannedBatch>(std::int64_t epoch)>;

  struct Place {
    std::int64_t epoch = 0;
    std::int64_t index = 0;
  };

  StageSchedule(PlanEpoch plan, TargetsOfRow targets, std::int64_t accumulation);

  [[nodiscard]] const std::vector<PlannedBatch>& epoch_plan(std::int64_t epoch) const;
  [[nodiscard]] Place find(std::uint64_t sequence) const;
  [[nodiscard]] const RowTargets& targets_of_step(std::uint64_t step) const;

  const PlanEpoch plan_;
  const TargetsOfRow targets_;
  const std::int64_t accumulation_;

  mutable std::mutex mutex_;
  mutable std::vector<std::uint64_t>
      epoch_starts_;  // sequence of each known epoch's first batch, and of the next one's
  mutable std::map<std::int64_t, std::vector<PlannedBatch>> plans_;  // recently used epochs
  mutable std::map<std::uint64_t, RowTargets> step_targets_;         // recently used steps
};

}  // namespace myxtts::planning
