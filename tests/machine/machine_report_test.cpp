#include "machine/machine_report.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace myxtts::machine {
namespace {

constexpr int kChecks = 17;
constexpr int kChecksWithIsolation = 21;

// `count` checks that passed, each with a line of its own.
MachineReport passed_report(int count) {
  MachineReport report;
  report.isolated = count > kChecks;
  for (int i = 0; i < count; ++i) report.pass(static_cast<Check>(i), "line " + std::to_string(i + 1));
  return report;
}

TEST(MachineReport, SectionsAndClosingBlockAreToTheLetter) {
  EXPECT_EQ(to_text(passed_report(kChecks)), R"(Dual-GPU Pipeline Validation
============================================================

1. Checking prerequisites...
   ✅ line 1
   ✅ line 2
   ✅ line 3

2. Validating device placement configuration...
   ✅ line 4
   ✅ line 5
   ✅ line 6
   ✅ line 7
   ✅ line 8

3. Testing model creation on GPU:1...
   ✅ line 9
   ✅ line 10

4. Testing data transfer between GPUs...
   ✅ line 11
   ✅ line 12
   ✅ line 13

5. Simulating training pipeline...
   ✅ line 14
   ✅ line 15
   ✅ line 16
   ✅ line 17

============================================================
🎉 All validation checks passed!
Your system is ready for dual-GPU training.
============================================================
)");
}

TEST(MachineReport, IsolationIsASixthSectionThatEndsWithTheRecommendation) {
  MachineReport report = passed_report(kChecksWithIsolation);
  report.recommendation = {"   Recommended: ./myxtts train", "   (forecast)"};
  const std::string text = to_text(report);
  EXPECT_NE(text.find(R"(   ✅ line 17

6. Testing memory isolation...
   ✅ line 18
   ✅ line 19
   ✅ line 20
   ✅ line 21
   Recommended: ./myxtts train
   (forecast)

============================================================
🎉)"),
            std::string::npos)
      << text;
  EXPECT_TRUE(all_passed(report));
}

TEST(MachineReport, SharedGpuIsTheModelGpuToo) {
  MachineReport report = passed_report(kChecks);
  report.shared = true;
  EXPECT_NE(to_text(report).find("3. Testing model creation on GPU:0...\n"), std::string::npos);
}

TEST(MachineReport, FailureHasItsAdviceAndWhatNeedsItIsLeftOut) {
  MachineReport report;
  report.fail(Check::kDriver, "NVIDIA driver not found (libnvidia-ml.so.1)", "NVIDIA driver not found: install it");
  report.pass(Check::kLibtorch, "libtorch installed (version 2.11.0)");
  report.fail(Check::kIndices, "Multi-GPU requires at least 2 GPUs, found 0", "GPU indices: look again");
  const std::string text = to_text(report);
  EXPECT_TRUE(text.starts_with(R"(Dual-GPU Pipeline Validation
============================================================

1. Checking prerequisites...
   ❌ NVIDIA driver not found (libnvidia-ml.so.1)
   ✅ libtorch installed (version 2.11.0)
   ⏭ GPUs that libtorch sees: NVIDIA driver not found (libnvidia-ml.so.1)

2. Validating device placement configuration...
   ❌ Multi-GPU requires at least 2 GPUs, found 0
   ⏭ Visible devices: Multi-GPU requires at least 2 GPUs, found 0
)")) << text;
  EXPECT_TRUE(text.ends_with(R"(
============================================================
❌ Validation failed: 2 of 17 checks
   NVIDIA driver not found: install it
   GPU indices: look again
============================================================
)")) << text;
}

TEST(MachineReport, WithoutAnEarlierFailureTheReportsFirstOneIsTheReason) {
  MachineReport report = passed_report(kChecksWithIsolation);
  report.results.erase(Check::kDataOverCap);
  report.fail(Check::kModelOverCap, "Model GPU 1: a cap does not fit", "advice");
  EXPECT_NE(to_text(report).find("   ⏭ Request over the data GPU's cap: Model GPU 1: a cap does not fit\n"),
            std::string::npos);
}

TEST(MachineReport, CountsTheChecksOfIsolation) {
  MachineReport report = passed_report(kChecksWithIsolation);
  report.fail(Check::kModelOverCap, "no", "advice");
  EXPECT_NE(to_text(report).find("❌ Validation failed: 1 of 21 checks\n   advice\n"), std::string::npos);
  EXPECT_FALSE(all_passed(report));
}

TEST(MachineReport, CheckThatDidNotRunHasNotPassed) {
  EXPECT_TRUE(all_passed(passed_report(kChecks)));
  EXPECT_FALSE(all_passed(passed_report(kChecks - 1)));
}

TEST(MachineReport, JsonHasEveryCheckAndEveryGpu) {
  MachineReport report = passed_report(kChecks);
  report.results.erase(Check::kPipeline);
  report.fail(Check::kBatches, "Processing of 3 batches: 2 batches came", "advice");
  report.gpus = {{.index = 1,
                  .name = "Some GPU",
                  .uuid = "GPU-11",
                  .total_mb = 24576,
                  .used_mb = 16,
                  .free_mb = 24560,
                  .utilization_percent = 3,
                  .mig_slices = {},
                  .peer_to = {0}}};
  const nlohmann::json document = nlohmann::json::parse(to_json(report));
  ASSERT_EQ(document.at("checks").size(), kChecks);
  EXPECT_EQ(document.at("checks").at(0),
            nlohmann::json({{"section", 1}, {"name", "NVIDIA driver"}, {"ok", true}, {"detail", "line 1"}}));
  EXPECT_EQ(document.at("checks").at(15).at("ok"), false);
  EXPECT_TRUE(document.at("checks").at(16).at("ok").is_null());
  EXPECT_EQ(document.at("checks").at(16).at("detail"), "Processing of 3 batches: 2 batches came");
  EXPECT_EQ(document.at("gpus"), nlohmann::json::parse(R"([{"index": 1, "name": "Some GPU", "uuid": "GPU-11",
      "total_mb": 24576, "used_mb": 16, "free_mb": 24560, "utilization": 3, "peer_to": [0]}])"));
}

TEST(MachineReport, JsonOfIsolationHasTheRecommendation) {
  MachineReport report = passed_report(kChecksWithIsolation);
  report.recommendation = {"   Recommended: ./myxtts train", "   (forecast)"};
  EXPECT_EQ(nlohmann::json::parse(to_json(report)).at("recommendation"), nlohmann::json(report.recommendation));
  EXPECT_FALSE(nlohmann::json::parse(to_json(passed_report(kChecks))).contains("recommendation"));
}

}  // namespace
}  // namespace myxtts::machine
