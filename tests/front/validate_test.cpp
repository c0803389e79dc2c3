// What `validate` decides without torch, and what it hands to the engine.

#include <gmock/gmock.h>

#include "front_program.hpp"
#include "machine/device_plan.hpp"
#include "support/places.hpp"

namespace myxtts::front_test {
namespace {

using machine::Check;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class ValidateTest : public FrontProgram {
 protected:
  ValidateTest() {
    write("torch/version.py", "__all__ = ['__version__']\n__version__ = '2.11.0+cu130'\n");
    set("MYXTTS_LIBTORCH", "torch");
  }
};

TEST_F(ValidateTest, FirstTwoGpusAreHandedOverWithWhatWasFound) {
  add_gpus("24576,24576,24576");
  const Outcome outcome = run({"validate", "--json"});
  EXPECT_THAT(outcome.err, HasSubstr("CUDA_VISIBLE_DEVICES=0,1\n"));
  EXPECT_THAT(outcome.out, StartsWith("{")) << "the engine prints the whole report";
  const auto request = request_in<requests::ValidateRequest>(outcome);
  EXPECT_TRUE(request.json);
  EXPECT_FALSE(request.report.isolated);
  EXPECT_THAT(request.report.gpus, testing::SizeIs(3));
  EXPECT_EQ(request.report.results.at(Check::kDriver).detail, "NVIDIA driver installed (3 GPUs detected)");
  EXPECT_EQ(request.report.results.at(Check::kLibtorch).detail, "libtorch installed (version 2.11.0)");
  EXPECT_EQ(request.report.results.at(Check::kIndices).detail, "GPU indices valid: data_gpu=0, model_gpu=1");
  EXPECT_EQ(request.device_plan.mode, machine::DeviceMode::kDualGpu);
}

TEST_F(ValidateTest, CapsAndTheirRecommendationAreHandedOver) {
  add_gpus("24576,24576");
  const auto request =
      handed_over<requests::ValidateRequest>({"validate", "--enable-memory-isolation", "--data-gpu-memory", "4096"});
  EXPECT_TRUE(request.report.isolated);
  EXPECT_EQ(request.device_plan.data_cap_mb, 4096);
  EXPECT_EQ(request.device_plan.model_cap_mb, 16384);
  EXPECT_THAT(request.report.recommendation,
              ElementsAre(StartsWith("   Recommended: ./myxtts train --data-gpu 0 --model-gpu 1 "),
                          StartsWith("   (forecast: data GPU ")));
}

TEST_F(ValidateTest, DriverThatLacksCallsIsStillAsked) {
  add_gpus("24576,20480,16384");
  set("LD_LIBRARY_PATH", (support::binary_folder() / "fake_driver/sparse").string());
  const Outcome sparse = run({"validate", "--data-gpu", "2", "--model-gpu", "0"});
  EXPECT_THAT(sparse.err, HasSubstr("CUDA_VISIBLE_DEVICES=2,0\n"));
  EXPECT_EQ(request_in(sparse).device_plan.data_gpu.total_mb, 16384);
  EXPECT_EQ(request_in(sparse).device_plan.data_gpu.uuid, "");
  set("LD_LIBRARY_PATH", (support::binary_folder() / "fake_driver/bare").string());
  const Outcome bare = run({"validate", "--data-gpu", "2", "--model-gpu", "0"});
  EXPECT_THAT(bare.err, HasSubstr("CUDA_VISIBLE_DEVICES=2,0\n"));
  EXPECT_EQ(request_in(bare).device_plan.data_gpu.total_mb, 0);
  EXPECT_THAT(
      run({"train", "--train-data", "data", "--data-gpu", "0", "--model-gpu", "1", "--enable-memory-isolation"}).err,
      StartsWith("❌ Data GPU 0: the driver does not say how much memory it has, so it can have no cap\n"));
}

TEST_F(ValidateTest, EngineThatIsNotThereIsAFailureOfTheReport) {
  add_gpus("24576,24576");
  for (const char* engine : {"myxtts-engine", "myxtts-engine-cuda"}) {
    std::filesystem::remove(work().parent_path().parent_path() / "bin" / engine);
  }
  const Outcome outcome = run({"validate"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_EQ(outcome.err, "");
  EXPECT_THAT(outcome.out, HasSubstr("   ❌ GPUs that libtorch sees: cannot start the engine"));
  EXPECT_THAT(outcome.out, HasSubstr("❌ Validation failed: 1 of 17 checks\n   GPUs that libtorch sees: "));
}

TEST_F(ValidateTest, CapsThatDoNotFitLeaveTheOtherSectionsToTheEngine) {
  add_gpus("12288,12288");
  const auto request = handed_over<requests::ValidateRequest>({"validate", "--enable-memory-isolation"});
  EXPECT_TRUE(request.report.isolated);
  EXPECT_FALSE(request.device_plan.isolated);
  const machine::CheckResult& cap = request.report.results.at(Check::kModelOverCap);
  EXPECT_FALSE(cap.ok);
  EXPECT_THAT(cap.detail, HasSubstr("a cap of 16384MB does not fit"));
  EXPECT_FALSE(cap.advice.empty());
}

TEST_F(ValidateTest, OneGpuCanBeShared) {
  add_gpus("24576");
  const Outcome outcome = run({"validate", "--share-gpu"});
  EXPECT_THAT(outcome.err, HasSubstr("CUDA_VISIBLE_DEVICES=0\n"));
  EXPECT_EQ(request_in(outcome).device_plan.mode, machine::DeviceMode::kSharedGpu);
  EXPECT_THAT(run({"validate"}).out, HasSubstr("   ❌ Multi-GPU requires at least 2 GPUs, found 1\n"));
}

TEST_F(ValidateTest, LibtorchThatIsNotThereIsAFailureAndTheEngineIsNotStarted) {
  add_gpus("24576,24576");
  set("MYXTTS_LIBTORCH", "nowhere");
  const Outcome outcome = run({"validate"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_EQ(outcome.err, "");
  EXPECT_THAT(outcome.out, HasSubstr("   ❌ libtorch not found\n"));
  EXPECT_THAT(outcome.out, HasSubstr("   ✅ GPU indices valid: data_gpu=0, model_gpu=1\n"));
  EXPECT_THAT(outcome.out, HasSubstr("❌ Validation failed: 1 of 17 checks\n"));
}

TEST_F(ValidateTest, UnzippedLibtorchTellsItsVersionToo) {
  set("MYXTTS_LIBTORCH", "libtorch");
  write("libtorch/build-version", "2.11.0+cpu\n");
  EXPECT_THAT(run({"validate"}).out, HasSubstr("   ✅ libtorch installed (version 2.11.0)\n"));
}

}  // namespace
}  // namespace myxtts::front_test
