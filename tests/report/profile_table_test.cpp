#include "report/profile_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace myxtts::report {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Steps that all take the same.
MeasuredSteps steady(double step_ms, const std::map<std::string, double>& parts) {
  MeasuredSteps steps;
  steps.step_ms.assign(4, step_ms);
  for (const auto& [part, ms] : parts) steps.part_ms[part].assign(4, ms);
  return steps;
}

// A pipeline in which no part but the one changed takes more than the model's 30 ms.
Profile profile_with(const std::string& part, double ms, double step_ms) {
  std::map<std::string, double> parts = {{"decode", 5},   {"resample", 1},  {"mel", 4},      {"codes", 6},
                                         {"pack", 1},     {"prepare", 12},  {"transfer", 2}, {"wait", 0},
                                         {"forward", 10}, {"backward", 18}, {"optimiser", 2}};
  const double before = parts[part];
  parts[part] = ms;
  if (part == "mel" || part == "codes") parts["prepare"] += ms - before;
  Profile profile;
  profile.stage = "voice";
  profile.workers = 1;
  profile.pipeline = steady(step_ms, parts);
  profile.replay = steady(30, {{"forward", 10}, {"backward", 18}, {"optimiser", 2}});
  profile.audio_seconds = 4;
  return profile;
}

core::Span span_of(std::string part, std::uint64_t sequence, double begin, double end) {
  return {std::move(part), sequence, begin, end};
}

TEST(StepsOf, BatchesAddUpToTheirStepAndAStepLastsUntilTheNextWaits) {
  std::vector<core::Span> spans;
  for (std::uint64_t batch = 0; batch < 6; ++batch) {  // two a step
    const double begin = static_cast<double>(batch);
    spans.push_back(span_of("wait", batch, begin, begin + 0.1));
    spans.push_back(span_of("forward", batch, begin + 0.1, begin + 0.4));
    if (batch % 2 == 1) spans.push_back(span_of("optimiser", batch / 2 + 1, begin + 0.4, begin + 0.5));
  }
  const MeasuredSteps steps = steps_of(spans, 1, 2, 2);
  ASSERT_EQ(steps.step_ms.size(), 2U);
  EXPECT_NEAR(steps.step_ms[0], 2000, 1e-6);
  EXPECT_NEAR(steps.step_ms[1], 1500, 1e-6);
  EXPECT_NEAR(steps.part_ms.at("wait")[0], 200, 1e-6);
  EXPECT_NEAR(steps.part_ms.at("forward")[1], 600, 1e-6);
  EXPECT_NEAR(steps.part_ms.at("optimiser")[1], 100, 1e-6);
  EXPECT_NEAR(steps.range.begin_seconds, 2, 1e-9);
  EXPECT_NEAR(steps.range.end_seconds, 5.5, 1e-9);
  EXPECT_THROW((void)steps_of(spans, 2, 2, 2), std::logic_error);
}

TEST(MedianOf, OneDisturbedRoundLeavesNoTrace) {
  MeasuredSteps disturbed = steady(10, {{"forward", 8}});
  disturbed.step_ms[2] = 500;
  disturbed.part_ms["forward"][2] = 498;
  disturbed.busy = {.own = 0.1, .others = 1.9};
  MeasuredSteps calm = steady(10, {{"forward", 8}});
  calm.busy = {.own = 1.8, .others = 0.02};
  const MeasuredSteps found = median_of({calm, disturbed, calm});
  EXPECT_THAT(found.step_ms, ElementsAre(10, 10, 10, 10));
  EXPECT_THAT(found.part_ms.at("forward"), ElementsAre(8, 8, 8, 8));
  EXPECT_EQ(found.busy.own, 1.8);
  EXPECT_EQ(found.busy.others, 0.02);
}

TEST(VerdictOf, NamesWhatEachStepWaitsFor) {
  EXPECT_EQ(verdict_of(profile_with("decode", 60, 62)).limit, "decode");
  EXPECT_EQ(verdict_of(profile_with("transfer", 60, 62)).limit, "transfer");
  for (const char* part : {"mel", "codes"}) {
    const Verdict found = verdict_of(profile_with(part, 60, 72));
    EXPECT_EQ(found.limit, "data role");
    EXPECT_EQ(found.part, part);
    EXPECT_NEAR(found.slowdown, 2.4, 1e-9);
  }
}

TEST(VerdictOf, AStepThatIsAsFastFromMemoryIsLimitedByCompute) {
  const Verdict found = verdict_of(profile_with("decode", 5, 31));
  EXPECT_EQ(found.limit, "compute");
  EXPECT_EQ(found.part, "backward");
}

TEST(VerdictOf, WorkersShareTheDecoding) {
  Profile profile = profile_with("decode", 60, 62);
  profile.workers = 4;
  EXPECT_NE(verdict_of(profile).limit, "decode");
}

// Nobody before the model is busy all the time, and yet the pipeline is slower: the roles take each other's cores.
TEST(VerdictOf, ASlowdownThatNoStageExplainsIsTheHosts) {
  EXPECT_EQ(verdict_of(profile_with("decode", 5, 60)).limit, "host");
}

TEST(VerdictOf, AReplayThatMostlyDoesNotComputeIsLimitedByTheHost) {
  Profile profile = profile_with("decode", 5, 61);
  profile.replay.step_ms.assign(4, 60);
  EXPECT_EQ(verdict_of(profile).limit, "host");
}

TEST(VerdictOf, AnIdleModelGpuWaitsForTheHost) {
  Profile profile = profile_with("decode", 5, 31);
  profile.gpus = {{"Model GPU 0", 30}};
  EXPECT_EQ(verdict_of(profile).limit, "host");
  profile.gpus.front().percent = 90;
  EXPECT_EQ(verdict_of(profile).limit, "compute");
}

TEST(VerdictOf, RoundsOnBothSidesOfTheBorderAreACloseCall) {
  Profile profile = profile_with("decode", 5, 32.7);  // 1.09 times as long: no stall
  profile.round_slowdowns = {1.05, 1.09, 1.13};
  EXPECT_TRUE(verdict_of(profile).is_close);
  EXPECT_THAT(profile_lines(profile).back(), HasSubstr("took 1.050 to 1.130 times as long"));
  profile.round_slowdowns = {1.05, 1.09, 1.09};
  EXPECT_FALSE(verdict_of(profile).is_close);
  EXPECT_THAT(profile_lines(profile).back(), HasSubstr("Limited by compute"));
}

TEST(ProfileLines, HaveEachPartTheVerdictAndThePromise) {
  Profile profile = profile_with("mel", 60, 72);
  profile.comparison = "sequential";
  profile.compared = {steady(90, {}), steady(30, {})};
  std::string text;
  for (const std::string& line : profile_lines(profile)) text += line + "\n";
  for (const char* part :
       {"decode", "resample", "mel", "codes", "pack", "transfer", "wait", "forward", "backward", "optimiser", "step"}) {
    EXPECT_THAT(text, HasSubstr("  " + std::string(part) + " "));
  }
  EXPECT_THAT(text, HasSubstr("Limited by the data role (mel). To change it: a GPU of its own (--data-gpu)"));
  EXPECT_THAT(text, HasSubstr("the pipeline against sequential: 1.25x (promised: 1.5-2x (2-3x with isolation))"));
  EXPECT_THAT(
      text,
      HasSubstr("at best on two devices, for the data role's share of the work: 1.44x, so this work cannot reach"));
}

TEST(ProfileJson, TellsHowBusyThisProgramAndOthersKeptTheProcessor) {
  Profile profile = profile_with("decode", 5, 50);
  profile.pipeline.busy = {.own = 1.8, .others = 0.25};
  profile.cached = steady(40, {});
  const auto object = nlohmann::json::parse(profile_json(profile));
  EXPECT_NEAR(object.at("pipeline").at("cpu_s_per_step").get<double>(), 0.09, 1e-9);
  EXPECT_NEAR(object.at("pipeline").at("others_cores").get<double>(), 0.25, 1e-9);
  EXPECT_NEAR(object.at("pipeline").at("step_s").at("p90").get<double>(), 0.05, 1e-9);
  EXPECT_NEAR(object.at("cached").at("steps_per_s").get<double>(), 25, 1e-9);
}

TEST(ProfileJson, IsOneObjectWithTheSameFigures) {
  Profile profile = profile_with("transfer", 60, 62);
  profile.gpus = {{"Model GPU 1", 80}};
  const auto object = nlohmann::json::parse(profile_json(profile));
  EXPECT_EQ(object.at("steps"), 4);
  EXPECT_EQ(object.at("parts").at("transfer").at("p50_ms"), 60);
  EXPECT_EQ(object.at("verdict").at("limited_by"), "transfer");
  EXPECT_NEAR(object.at("pipeline").at("audio_s_per_s").get<double>(), 4 / 0.248, 1e-6);
  EXPECT_NEAR(object.at("replay").at("steps_per_s").get<double>(), 1 / 0.030, 1e-6);
  EXPECT_FALSE(object.contains("cached"));
  EXPECT_EQ(object.at("gpus").at(0).at("utilization"), 80);
  EXPECT_FALSE(object.contains("comparison"));
}

}  // namespace
}  // namespace myxtts::report
