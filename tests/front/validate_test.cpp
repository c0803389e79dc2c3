// What `validate` decides without torch, and what it hands to the engine.

#include <gmock/gmock.h>

#include "front_program.hpp"
#include "machine/device_plan.hpp"
#include "support/places.hpp"

namespace myxtts::front_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class ValidateTest : public FrontProgram {
 protected:
  ValidateTest() {
    write("torch/version.py", "__all__ = ['__version__']\n__version__ = '2.11.0+cu130'\n");
    set("MYXTTS_LIBTORCH", "torch");
  }

  static machine::DevicePlan plan_in(const config::EngineRequest& request) {
    return machine::plan_from_json(request.text("device_plan"));
  }
};

TEST_F(ValidateTest, FirstTwoGpusAreHandedOverWithWhatWasFound) {
  add_gpus("24576,24576,24576");
  const Outcome outcome = run({"validate", "--json"});
  EXPECT_THAT(outcome.err, HasSubstr("CUDA_VISIBLE_DEVICES=0,1\n"));
  EXPECT_THAT(outcome.out, StartsWith("{")) << "the engine prints the whole report";
  const config::EngineRequest request = request_in(outcome);
  EXPECT_EQ(request.command, "validate");
  EXPECT_TRUE(request.flag("json"));
  EXPECT_FALSE(request.flag("isolated"));
  EXPECT_EQ(request.text("driver"), "NVIDIA driver installed (3 GPUs detected)");
  EXPECT_EQ(request.text("libtorch"), "libtorch installed (version 2.11.0)");
  EXPECT_EQ(request.text("indices"), "GPU indices valid: data_gpu=0, model_gpu=1");
  EXPECT_EQ(plan_in(request).mode, machine::DeviceMode::kDualGpu);
}

TEST_F(ValidateTest, CapsAndTheirRecommendationAreHandedOver) {
  add_gpus("24576,24576");
  const config::EngineRequest request =
      handed_over({"validate", "--enable-memory-isolation", "--data-gpu-memory", "4096"});
  EXPECT_TRUE(request.flag("isolated"));
  EXPECT_EQ(plan_in(request).data_cap_mb, 4096);
  EXPECT_EQ(plan_in(request).model_cap_mb, 16384);
  EXPECT_THAT(request.texts("recommendation"),
              ElementsAre(StartsWith("   Recommended: ./myxtts train --data-gpu 0 --model-gpu 1 "),
                          StartsWith("   (forecast: data GPU ")));
}

TEST_F(ValidateTest, DriverThatLacksCallsIsStillAsked) {
  add_gpus("24576,20480,16384");
  set("LD_LIBRARY_PATH", (support::binary_folder() / "fake_driver/sparse").string());
  const Outcome sparse = run({"validate", "--data-gpu", "2", "--model-gpu", "0"});
  EXPECT_THAT(sparse.err, HasSubstr("CUDA_VISIBLE_DEVICES=2,0\n"));
  EXPECT_EQ(plan_in(request_in(sparse)).data_gpu.total_mb, 16384);
  EXPECT_EQ(plan_in(request_in(sparse)).data_gpu.uuid, "");
  set("LD_LIBRARY_PATH", (support::binary_folder() / "fake_driver/bare").string());
  const Outcome bare = run({"validate", "--data-gpu", "2", "--model-gpu", "0"});
  EXPECT_THAT(bare.err, HasSubstr("CUDA_VISIBLE_DEVICES=2,0\n"));
  EXPECT_EQ(plan_in(request_in(bare)).data_gpu.total_mb, 0);
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
  const config::EngineRequest request = handed_over({"validate", "--enable-memory-isolation"});
  EXPECT_TRUE(request.flag("isolated"));
  EXPECT_FALSE(plan_in(request).isolated);
  EXPECT_THAT(request.text("cap_failure"), HasSubstr("a cap of 16384MB does not fit"));
  EXPECT_FALSE(request.text("cap_advice").empty());
  EXPECT_TRUE(request.flag("cap_of_model_gpu"));
}

TEST_F(ValidateTest, OneGpuCanBeShared) {
  add_gpus("24576");
  const Outcome outcome = run({"validate", "--share-gpu"});
  EXPECT_THAT(outcome.err, HasSubstr("CUDA_VISIBLE_DEVICES=0\n"));
  EXPECT_EQ(plan_in(request_in(outcome)).mode, machine::DeviceMode::kSharedGpu);
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
