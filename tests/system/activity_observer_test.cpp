#include "system/activity_observer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace myxtts::system {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ContainsRegex;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ActivityOfARun : public testing::Test {
 protected:
  ActivityOfARun() {
    console_.keep_in([this](std::string_view line) { lines_.emplace_back(line); });
    sources_.stalls = [this] { return stalls_; };
    sources_.repeated_transfers = [this] { return repeats_; };
    sources_.memory = [this](device::Role) { return memory_; };
  }

  // A second: the model role works 0.9 s of it, the data role 0.3 s, the copy 0.1 s, all at the same time.
  void step(ActivityObserver& observer, std::int64_t epoch, double step_ms = 900) {
    const double begin = 5.0 + static_cast<double>(step_);
    const auto batch = static_cast<std::uint64_t>(step_++);
    const std::vector<core::Span> spans = {
        {"prepare", batch + 3, begin, begin + 0.3},        {"mel", batch + 3, begin, begin + 0.2},
        {"transfer", batch + 1, begin + 0.5, begin + 0.6}, {"forward", batch, begin, begin + 0.3},
        {"backward", batch, begin + 0.3, begin + 0.8},     {"optimiser", batch + 1, begin + 0.8, begin + 0.9},
        {"wait", batch + 1, begin + 0.9, begin + 1}};
    observer.on_spans(spans);
    core::StepReport report;
    report.stage = "voice";
    report.step = step_;
    report.epoch = epoch;
    report.step_ms = step_ms;
    report.stall_ms = 100;
    observer.on_step(report);
  }

  std::vector<std::string> lines_with(const std::string& text) const {
    std::vector<std::string> found;
    for (const std::string& line : lines_) {
      if (line.find(text) != std::string::npos) found.push_back(line);
    }
    return found;
  }

  core::Console console_{true};
  std::vector<std::string> lines_;
  ActivitySources sources_;
  concurrency::StallStatistics stalls_;
  std::uint64_t repeats_ = 0;
  device::MemoryUse memory_;
  std::int64_t step_ = 0;
};

TEST_F(ActivityOfARun, EpochsAreToldTogetherAndTheStageAtItsEnd) {
  ActivityObserver observer(console_, role_names({}), sources_);
  for (std::int64_t i = 0; i < 20; ++i) step(observer, i / 10);
  EXPECT_THAT(lines_, IsEmpty());  // no five seconds have passed
  observer.on_end({});
  EXPECT_THAT(lines_with("epoch"),
              ElementsAre(AllOf(HasSubstr("voice, epochs 1-2: model role 90 % busy"), HasSubstr("data role 30 %"),
                                HasSubstr("overlap 100 %"), HasSubstr("copies 2.00 s"), HasSubstr("variation 0.00"))));
  EXPECT_THAT(lines_with("data role busy"), ElementsAre(HasSubstr("30.")));
  EXPECT_THAT(lines_with("steps a minute"), ElementsAre(ContainsRegex(" 60\\.. ")));
  EXPECT_THAT(lines_with("memory"), IsEmpty());
}

TEST_F(ActivityOfARun, TheFirstStepIsNoVariation) {
  ActivityObserver observer(console_, role_names({}), sources_);
  step(observer, 0, 90'000);
  for (int i = 0; i < 9; ++i) step(observer, 0);
  observer.on_end({});
  EXPECT_THAT(lines_with("step variation"), Contains(HasSubstr(" 0.000 ")));
}

TEST_F(ActivityOfARun, StallsOfTheStartAreNotCounted) {
  stalls_.empty = {1, 2.0};
  ActivityObserver observer(console_, role_names({}), sources_);
  for (int i = 0; i < 5; ++i) step(observer, 0);
  stalls_.empty = {4, 2.5};
  observer.on_end({});
  EXPECT_THAT(lines_with("voice, epoch 1:"), ElementsAre(HasSubstr("stalls 3, 0.50 s")));
}

TEST_F(ActivityOfARun, RepeatedTransfersAreWarnedOfOnceAndCountedAtTheEnd) {
  ActivityObserver observer(console_, role_names({}), sources_);
  step(observer, 0);
  repeats_ = 2;
  for (int i = 0; i < 5; ++i) step(observer, 0);
  repeats_ = 3;
  observer.on_end({});
  EXPECT_THAT(lines_with("--verify-transfer"), ElementsAre(HasSubstr("warning: a batch arrived changed")));
  EXPECT_THAT(lines_with("were sent again."), ElementsAre(HasSubstr("3 batches")));
}

TEST_F(ActivityOfARun, CapsHaveTheirRowsBesideWhatWasPromised) {
  memory_ = {10, 80, 60, 10, 100};
  ActivityObserver observer(console_, role_names({}), sources_);
  step(observer, 0);
  observer.on_end({});
  EXPECT_THAT(lines_with("model role memory"), ElementsAre(ContainsRegex("90.0 % of the cap +85-95 %")));
}

TEST_F(ActivityOfARun, WithoutAStepNothingIsTold) {
  ActivityObserver observer(console_, role_names({}), sources_);
  observer.on_end({});
  EXPECT_THAT(lines_, IsEmpty());
}

TEST(RoleNames, AreThePhysicalGpus) {
  machine::DevicePlan plan;
  EXPECT_EQ(role_names(plan).model, "model role");
  plan.mode = machine::DeviceMode::kDualGpu;
  plan.data_gpu.typed_index = 0;
  plan.data_gpu.physical_index = 2;
  plan.model_gpu.physical_index = 5;
  EXPECT_EQ(role_names(plan).data, "data GPU 2");
  EXPECT_EQ(role_names(plan).model, "model GPU 5");
}

}  // namespace
}  // namespace myxtts::system
