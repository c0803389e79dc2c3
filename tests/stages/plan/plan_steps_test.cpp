#include <gtest/gtest.h>

#include <cmath>

#include "config/presets.hpp"
#include "stages/plan/stage_plan.hpp"

namespace myxtts::stages {
namespace {

using config::preset;
using config::Settings;

Settings planned(std::int64_t clips, std::int64_t batches, Settings settings = preset("tiny"),
                 double clip_seconds = 4) {
  const auto count = static_cast<double>(clips);
  plan_steps(all_plans(), settings,
             {.clips = count, .text_tokens = 0, .speech_seconds = count * clip_seconds, .batches = batches});
  return settings;
}

TEST(PlanSteps, TinyTakesTenVoiceStepsAClipWithinItsLimits) {
  EXPECT_EQ(planned(24, 3).voice.steps, 250);
  EXPECT_EQ(planned(25, 3).voice.steps, 250);
  EXPECT_EQ(planned(26, 3).voice.steps, 260);
  EXPECT_EQ(planned(100, 13).voice.steps, 1000);
  EXPECT_EQ(planned(3000, 375).voice.steps, 2000);
  EXPECT_EQ(planned(24, 3).codec.steps, 2000);
}

TEST(PlanSteps, TinyTrainsFewerStepsWithLongClipsOrLargeBatches) {
  EXPECT_EQ(planned(3000, 375, preset("tiny"), 6).voice.steps, 1350) << "18 hours of speech";
  EXPECT_EQ(planned(3000, 50).voice.steps, 270);
  EXPECT_EQ(planned(3000, 10).voice.steps, 250);
  Settings settings = preset("tiny");
  settings.batch.accumulation = 2;
  EXPECT_EQ(planned(3000, 375, settings, 6).voice.steps, 675);
}

TEST(PlanSteps, LargerSizesMayTrainLonger) {
  EXPECT_EQ(planned(3000, 188, preset("small")).voice.steps, 20000);
  EXPECT_EQ(planned(3000, 94, preset("normal")).voice.steps, 30000);
}

TEST(PlanSteps, EpochsPlanPassesInOptimiserSteps) {
  Settings settings = preset("tiny");
  settings.voice.epochs = 3;
  EXPECT_EQ(planned(3000, 375, settings).voice.steps, 1125);
  settings.batch.accumulation = 4;
  EXPECT_EQ(planned(3000, 375, settings).voice.steps, 281);
  EXPECT_EQ(planned(3, 1, settings).voice.steps, 1) << "a plan has at least one step";
}

TEST(PlanSteps, AGivenPlanStays) {
  Settings settings = preset("tiny");
  settings.codec.steps = 7;
  settings.voice.steps = 9;
  EXPECT_EQ(planned(3000, 375, settings).codec.steps, 7);
  EXPECT_EQ(planned(3000, 375, settings).voice.steps, 9);
}

TEST(PlanSteps, PlanningAgainChangesNothing) {
  const Settings once = planned(100, 13);
  EXPECT_EQ(planned(5000, 600, once).voice.steps, once.voice.steps);
}

TEST(PlanSteps, AResumedRunKeepsItsPlanUnlessAnotherIsGiven) {
  Settings old_settings;
  old_settings.codec.steps = 5;
  old_settings.voice.steps = 7;
  Settings settings;
  settings.voice.steps = 8;
  inherit_steps(all_plans(), old_settings, settings);
  EXPECT_EQ(settings.codec.steps, 5);
  EXPECT_EQ(settings.voice.steps, 8);
}

}  // namespace
}  // namespace myxtts::stages
