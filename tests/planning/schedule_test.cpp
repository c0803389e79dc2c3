#include "planning/schedule.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "planning/lengths.hpp"

namespace myxtts::planning {
namespace {

config::BatchSettings settings(std::int64_t size, std::int64_t accumulation, const std::string& by = "cost") {
  config::BatchSettings settings;
  settings.size = size;
  settings.by = by;
  settings.accumulation = accumulation;
  return settings;
}

// Differs by clip and by epoch, as prompts that mask targets make it.
RowTargets targets_of(std::uint32_t clip, std::int64_t epoch) {
  return {.text = clip + 1, .audio = 100 * clip + epoch};
}

bool same(const BatchPlan& a, const BatchPlan& b) {
  return a.sequence == b.sequence && a.epoch == b.epoch && a.index_in_epoch == b.index_in_epoch &&
         a.micro_step == b.micro_step && a.micro_steps == b.micro_steps && a.clips == b.clips &&
         a.step_text_targets == b.step_text_targets && a.step_audio_targets == b.step_audio_targets;
}

StageSchedule make(std::size_t clips, const config::BatchSettings& batch) {
  return StageSchedule(speech_lengths(clips), targets_of, batch, 1, 2);
}

TEST(Schedule, EachEpochIsItsPlanInOrder) {
  const StageSchedule schedule = make(50, settings(8, 1));
  std::uint64_t sequence = 0;
  for (std::int64_t epoch = 0; epoch < 12; ++epoch) {
    const auto plan = plan_epoch(speech_lengths(50), settings(8, 1), {.seed = 1, .stage = 2, .epoch = epoch});
    EXPECT_EQ(schedule.batches_in_epoch(epoch), static_cast<std::int64_t>(plan.size()));
    for (std::size_t i = 0; i < plan.size(); ++i, ++sequence) {
      const BatchPlan batch = schedule.at(sequence);
      ASSERT_EQ(batch.sequence, sequence);
      ASSERT_EQ(batch.epoch, epoch);
      ASSERT_EQ(batch.index_in_epoch, static_cast<std::int64_t>(i));
      ASSERT_EQ(batch.clips, plan[i].clips);
    }
  }
}

TEST(Schedule, AccessInAnyOrderGivesTheSameBatches) {
  const StageSchedule forward = make(50, settings(4, 3));
  std::vector<BatchPlan> plans;
  for (std::uint64_t sequence = 0; sequence < 200; ++sequence) plans.push_back(forward.at(sequence));
  const StageSchedule backward = make(50, settings(4, 3));
  for (std::uint64_t sequence = 200; sequence-- > 0;) ASSERT_TRUE(same(backward.at(sequence), plans[sequence]));
  const StageSchedule resumed = make(50, settings(4, 3));
  EXPECT_TRUE(same(resumed.at(150), plans[150]));
  EXPECT_TRUE(same(resumed.at(3), plans[3]));
}

TEST(Schedule, AStepCountsTheTargetsOfAllItsMicroBatches) {
  for (const std::int64_t accumulation : {1, 3, 84}) {  // 84 batches run through many epochs of 20 clips
    const StageSchedule schedule = make(20, settings(3, accumulation));
    const auto count = static_cast<std::uint64_t>(accumulation);
    for (std::uint64_t step = 0; step < 5; ++step) {
      RowTargets sum;
      for (std::uint64_t micro = 0; micro < count; ++micro) {
        const BatchPlan batch = schedule.at(step * count + micro);
        for (const std::uint32_t clip : batch.clips) {
          sum.text += targets_of(clip, batch.epoch).text;
          sum.audio += targets_of(clip, batch.epoch).audio;
        }
        ASSERT_EQ(batch.micro_step, static_cast<std::int64_t>(micro));
        ASSERT_EQ(batch.micro_steps, accumulation);
      }
      const BatchPlan last = schedule.at((step + 1) * count - 1);
      ASSERT_EQ(last.step_text_targets, sum.text);
      ASSERT_EQ(last.step_audio_targets, sum.audio);
    }
  }
}

TEST(Schedule, OneTimesEightSeesTheClipsOfFourTimesTwo) {
  const StageSchedule whole = make(64, settings(8, 1, "count"));
  const StageSchedule parts = make(64, settings(2, 4, "count"));
  for (std::uint64_t step = 0; step < 16; ++step) {
    std::set<std::uint32_t> clips;
    for (std::uint64_t micro = 0; micro < 4; ++micro) {
      const BatchPlan part = parts.at(4 * step + micro);
      clips.insert(part.clips.begin(), part.clips.end());
      EXPECT_EQ(part.step_audio_targets, whole.at(step).step_audio_targets);
    }
    const BatchPlan batch = whole.at(step);
    EXPECT_EQ(clips, std::set<std::uint32_t>(batch.clips.begin(), batch.clips.end()));
  }
}

TEST(Schedule, ManyThreadsGetWhatOneThreadGets) {
  const StageSchedule reference = make(40, settings(4, 3));
  std::vector<BatchPlan> plans;
  for (std::uint64_t sequence = 0; sequence < 300; ++sequence) plans.push_back(reference.at(sequence));
  const StageSchedule shared = make(40, settings(4, 3));
  std::atomic<int> differences = 0;
  std::vector<std::jthread> threads;
  for (std::uint64_t offset = 0; offset < 4; ++offset) {
    threads.emplace_back([&, offset] {
      for (std::uint64_t i = 0; i < 300; ++i) {
        const std::uint64_t sequence = (i * 7 + offset * 75) % 300;
        if (!same(shared.at(sequence), plans[sequence])) ++differences;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(differences, 0);
}

TEST(Schedule, CodesAndResampledLengthsRoundUp) {
  EXPECT_EQ(codes_of_samples(1), 1);
  EXPECT_EQ(codes_of_samples(1024), 1);
  EXPECT_EQ(codes_of_samples(1025), 2);
  EXPECT_EQ(resampled_length(48000, 48000, 22050), 22050);
  EXPECT_EQ(resampled_length(48001, 48000, 22050), 22051);
  EXPECT_EQ(resampled_length(212893, 22050, 22050), 212893);
}

TEST(Schedule, AStageNeedsClips) {
  EXPECT_THROW(StageSchedule({}, targets_of, settings(8, 1), 1, 1), std::invalid_argument);
  EXPECT_THROW(StageSchedule(std::vector<PlannedBatch>{}, targets_of, 1), std::invalid_argument);
}

TEST(Schedule, GivenBatchesComeInTheirOrderInEveryEpoch) {
  const StageSchedule schedule({{{4, 2}}, {{2, 2, 7}}}, targets_of, 1);
  for (std::uint64_t sequence = 0; sequence < 6; ++sequence) {
    const BatchPlan plan = schedule.at(sequence);
    EXPECT_EQ(plan.clips,
              sequence % 2 == 0 ? std::vector<std::uint32_t>({4, 2}) : std::vector<std::uint32_t>({2, 2, 7}));
    EXPECT_EQ(plan.epoch, static_cast<std::int64_t>(sequence / 2));
    std::int64_t audio = 0;
    for (const std::uint32_t clip : plan.clips) audio += targets_of(clip, plan.epoch).audio;
    EXPECT_EQ(plan.step_audio_targets, audio);
  }
}

}  // namespace
}  // namespace myxtts::planning
