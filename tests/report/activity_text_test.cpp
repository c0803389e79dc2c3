#include "report/activity_text.hpp"

#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace myxtts::report {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

const RoleNames kRoles{"data role", "model role"};
const RoleNames kGpus{"data GPU 0", "model GPU 1"};

// Ten seconds in which the roles worked so long, all of it at the same time.
ActivitySummary summary_of(double data, double model) {
  ActivitySummary summary;
  summary.activity.wall = 10;
  summary.activity.data = data;
  summary.activity.model = model;
  summary.activity.supply = data;
  summary.activity.overlap = data;
  summary.activity.copies = 0.25;
  summary.activity.copy_count = 20;
  summary.activity.data_shares.add(data / 10);
  summary.activity.model_shares.add(model / 10);
  summary.step_seconds.add(0.4);
  summary.step_seconds.add(0.6);
  summary.steps = 20;
  summary.buffer_empty = {3, 0.5};
  summary.buffer_full = {17, 8};
  return summary;
}

std::string table_of(const ActivitySummary& summary, const RoleNames& names = kRoles, const MemoryShares& memory = {}) {
  return fmt::format("{}", fmt::join(activity_table("voice", summary, names, memory), "\n"));
}

TEST(ActivityText, AnEpochIsOneLine) {
  EXPECT_EQ(activity_line("voice, epoch 3", summary_of(1.2, 9.3), kRoles),
            "voice, epoch 3: model role 93 % busy (p5 93, p50 93, p95 93), data role 12 % (p5 12, p50 12, p95 12), "
            "overlap 100 %, stalls 3, 0.50 s, copies 0.25 s, step variation 0.28");
}

TEST(ActivityText, NothingMeasuredIsNoNumberOutOfRange) {
  EXPECT_THAT(activity_line("codec, epoch 1", {}, kRoles), Not(HasSubstr("nan")));
  EXPECT_THAT(table_of({}), Not(HasSubstr("nan")));
  EXPECT_THAT(table_of({}), Not(HasSubstr("inf")));
}

TEST(ActivityText, TheTableHasWhatWasPromisedBesideWhatWasMeasured) {
  const std::string table = table_of(summary_of(4.8, 9));
  EXPECT_THAT(table, ContainsRegex("model role busy +90.0 % .* 80-95 %"));
  EXPECT_THAT(table, ContainsRegex("data role busy +48.0 % .* 40-60 %"));
  EXPECT_THAT(table, ContainsRegex("steps a minute +120.0 +100 -> 170"));
  EXPECT_THAT(table, ContainsRegex("stalls, empty buffer +3, 0.50 s"));
  EXPECT_THAT(table, ContainsRegex("copies +20, 0.25 s"));
  EXPECT_THAT(table, Not(HasSubstr("memory")));
  EXPECT_THAT(table, Not(HasSubstr("cannot")));
  EXPECT_THAT(table, Not(HasSubstr("forbids")));
}

TEST(ActivityText, SaysWhichPromiseTheWorkForbids) {
  const std::string table = table_of(summary_of(0.1, 9.9));
  EXPECT_THAT(table, HasSubstr("is 1.0 % of both roles' work, so two devices can be at most 1.01x as fast"));
  EXPECT_THAT(table, HasSubstr("which this work forbids"));
  EXPECT_THAT(table, HasSubstr("40-60 % cannot be reached"));
}

TEST(ActivityText, SaysWhereTheDataRoleIsTheSlowerOne) {
  const std::string table = table_of(summary_of(10, 5));
  EXPECT_THAT(table, HasSubstr("at most 1.50x as fast as one (promised: 1.5-2x)."));
  EXPECT_THAT(table, HasSubstr("the model role can be busy 50.0 % of the time at most"));
}

TEST(ActivityText, GpusHaveTheDriversFiguresAndTheirMemory) {
  ActivitySummary summary = summary_of(4.8, 9);
  summary.model_gpu.add(0.88);
  summary.data_gpu.add(0.41);
  EXPECT_THAT(activity_line("voice, epoch 1", summary, kGpus), HasSubstr("NVML 88 % and 41 %"));
  const std::string isolated = table_of(summary, kGpus, {0.7, 0.91, true});
  EXPECT_THAT(isolated, ContainsRegex("model GPU 1, NVML +88.0 % .* 80-95 %"));
  EXPECT_THAT(isolated, ContainsRegex("data GPU 0, NVML +41.0 % .* 40-60 %"));
  EXPECT_THAT(isolated, ContainsRegex("model GPU 1 memory +91.0 % of the cap +85-95 %"));
  EXPECT_THAT(isolated, ContainsRegex("data GPU 0 memory +70.0 % of the cap +70-90 %"));
  EXPECT_THAT(table_of(summary, kGpus, {0.5, 0.85, false}),
              ContainsRegex("model GPU 1 memory +85.0 % of the GPU +80-90 %"));
}

TEST(ActivityText, EpochsAddUp) {
  ActivitySummary sum = summary_of(1, 9);
  sum.add(summary_of(3, 9));
  EXPECT_EQ(sum.steps, 40);
  EXPECT_EQ(sum.buffer_empty.count, 6U);
  EXPECT_DOUBLE_EQ(sum.buffer_full.seconds, 16);
  EXPECT_DOUBLE_EQ(sum.activity.data, 4);
}

}  // namespace
}  // namespace myxtts::report
