#include "planning/schedule.hpp"

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "architecture/speech.hpp"
#include "architecture/voice_row.hpp"

namespace myxtts::planning {
namespace {

constexpr std::size_t kKeptEpochs = 4;
constexpr std::size_t kKeptSteps = 64;

// Limits a cache to `kept` entries: erases the lowest key or, if that is the one just demanded, the highest key.
template <typename Key, typename Value>
void forget_one(std::map<Key, Value>& cache, const Key& demanded, std::size_t kept) {
  if (cache.size() <= kept) return;
  cache.erase(cache.begin()->first == demanded ? std::prev(cache.end()) : cache.begin());
}

}  // namespace

std::int64_t resampled_length(std::int64_t frames, std::int64_t from_hz, std::int64_t to_hz) {
  return (frames * to_hz + from_hz - 1) / from_hz;
}

std::int64_t codes_of_samples(std::int64_t samples) {
  return (samples + architecture::kSamplesPerCode - 1) / architecture::kSamplesPerCode;
}

BatchPlan single_step_plan(const PlannedBatch& batch, const TargetsOfRow& targets) {
  BatchPlan plan;
  plan.clips = batch.clips;
  for (const std::uint32_t clip : batch.clips) {
    const RowTargets row = targets(clip, 0);
    plan.step_text_targets += row.text;
    plan.step_audio_targets += row.audio;
  }
  return plan;
}

StageSchedule::StageSchedule(PlanEpoch plan, TargetsOfRow targets, std::int64_t accumulation)
    : plan_(std::move(plan)), targets_(std::move(targets)), accumulation_(accumulation), epoch_starts_{0} {
  if (epoch_plan(0).empty()) throw std::invalid_argument("a stage needs batches");
}

StageSchedule::StageSchedule(std::vector<std::int64_t> costs, TargetsOfRow targets,
                             const config::BatchSettings& settings, std::uint64_t seed, std::uint32_t stage,
                             std::vector<double> weights)
    : StageSchedule(
          [=, costs = std::move(costs), weights = std::move(weights)](std::int64_t epoch) {
            return plan_epoch(costs, settings, {.seed = seed, .stage = stage, .epoch = epoch}, weights);
          },
          std::move(targets), settings.accumulation) {}

StageSchedule::StageSchedule(std::vector<PlannedBatch> batches, TargetsOfRow targets, std::int64_t accumulation)
    : StageSchedule([batches = std::move(batches)](std::int64_t) { return batches; }, std::move(targets),
                    accumulation) {}

BatchPlan StageSchedule::at(std::uint64_t sequence) const {
  const std::lock_guard lock(mutex_);
  const auto micro_steps = static_cast<std::uint64_t>(accumulation_);
  const RowTargets step = targets_of_step(sequence / micro_steps);
  const Place place = find(sequence);
  return {.sequence = sequence,
          .epoch = place.epoch,
          .index_in_epoch = place.index,
          .micro_step = static_cast<std::int64_t>(sequence % micro_steps),
          .micro_steps = accumulation_,
          .clips = epoch_plan(place.epoch)[static_cast<std::size_t>(place.index)].clips,
          .step_text_targets = step.text,
          .step_audio_targets = step.audio};
}

std::int64_t StageSchedule::batches_in_epoch(std::int64_t epoch) const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::int64_t>(epoch_plan(epoch).size());
}

const std::vector<PlannedBatch>& StageSchedule::epoch_plan(std::int64_t epoch) const {
  const auto known = plans_.find(epoch);
  if (known != plans_.end()) return known->second;
  const auto& plan = plans_.emplace(epoch, plan_(epoch)).first->second;
  forget_one(plans_, epoch, kKeptEpochs);
  return plan;
}

// Epochs that are split by cost may differ in their number of batches, so all epochs before the sequence are planned.
StageSchedule::Place StageSchedule::find(std::uint64_t sequence) const {
  while (epoch_starts_.back() <= sequence) {
    const auto epoch = static_cast<std::int64_t>(epoch_starts_.size()) - 1;
    epoch_starts_.push_back(epoch_starts_.back() + epoch_plan(epoch).size());
  }
  const auto next = std::ranges::upper_bound(epoch_starts_, sequence);
  return {.epoch = next - epoch_starts_.begin() - 1, .index = static_cast<std::int64_t>(sequence - *std::prev(next))};
}

const RowTargets& StageSchedule::targets_of_step(std::uint64_t step) const {
  const auto known = step_targets_.find(step);
  if (known != step_targets_.end()) return known->second;
  const auto micro_steps = static_cast<std::uint64_t>(accumulation_);
  RowTargets sum;
  for (std::uint64_t sequence = step * micro_steps; sequence < (step + 1) * micro_steps; ++sequence) {
    const Place place = find(sequence);
    for (const std::uint32_t clip : epoch_plan(place.epoch)[static_cast<std::size_t>(place.index)].clips) {
      const RowTargets row = targets_(clip, place.epoch);
      sum.text += row.text;
      sum.audio += row.audio;
    }
  }
  const RowTargets& kept = step_targets_.emplace(step, sum).first->second;
  forget_one(step_targets_, step, kKeptSteps);
  return kept;
}

}  // namespace myxtts::planning
