// Commands on GPUs that a fake driver shows: what is said, and what the engine is started with.

#include <gmock/gmock.h>

#include "config/presets.hpp"
#include "front_program.hpp"
#include "machine/device_plan.hpp"

namespace myxtts::front_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kEnd =
    "❌ Multi-GPU mode was requested but configuration failed\n"
    "   Please check your GPU indices and ensure you have at least 2 GPUs\n";

class GpusTest : public FrontProgram {
 protected:
  static std::vector<std::string> train(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"train", "--train-data", "data", "--output", "new"});
    return more;
  }

  static std::vector<std::string> on(const std::string& data_gpu, const std::string& model_gpu,
                                     std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"--data-gpu", data_gpu, "--model-gpu", model_gpu});
    return train(more);
  }

  static machine::DevicePlan plan_in(const Outcome& outcome) { return request_in(outcome).device_plan; }

  // A mistake: its exit code is 1, stderr is `text`, stdout is empty.
  void expect_refusal(const std::vector<std::string>& arguments, const std::string& text) const {
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(outcome.err, text);
  }
};

TEST_F(GpusTest, TwoGpusAreConfiguredAndHandedOver) {
  add_gpus("24576,24576,24576");
  const Outcome outcome = run(on("2", "0"));
  EXPECT_THAT(outcome.out, StartsWith("🎯 Configuring Multi-GPU Mode...\n"
                                      "   Data Processing GPU: 2\n"
                                      "   Model Training GPU: 0\n"
                                      "   Set visible devices: GPU 2 and GPU 0\n"
                                      "   Configured memory growth for data GPU\n"
                                      "   Configured memory growth for model GPU\n"
                                      "✅ Multi-GPU configuration completed successfully\n{"));
  EXPECT_THAT(outcome.err, AllOf(StartsWith("myxtts-engine-cuda\n"), HasSubstr("CUDA_VISIBLE_DEVICES=2,0\n"),
                                 HasSubstr("CUDA_DEVICE_ORDER=PCI_BUS_ID\n"), Not(HasSubstr("CUBLAS"))));
  EXPECT_EQ(plan_in(outcome).mode, machine::DeviceMode::kDualGpu);
  const auto request = request_in<requests::TrainRequest>(outcome);
  EXPECT_THAT(request.log_lines, testing::SizeIs(7)) << "log.txt has the lines too";
  EXPECT_EQ(request.settings.run.size, "normal");
  EXPECT_EQ(request.settings.batch.size, 32);
}

TEST_F(GpusTest, ErrorsAreR5s) {
  add_gpus("24576");
  expect_refusal(on("0", "1"), std::string("❌ Multi-GPU requires at least 2 GPUs, found 1\n") + kEnd);
  add_gpus("24576,24576");
  expect_refusal(on("0", "99"), std::string("❌ Invalid model_gpu=99, must be 0-1\n") + kEnd);
  expect_refusal(on("2", "0"), std::string("❌ Invalid data_gpu=2, must be 0-1\n") + kEnd);
  expect_refusal(on("3000000000", "0"), std::string("❌ Invalid data_gpu=3000000000, must be 0-1\n") + kEnd);
  expect_refusal(on("0", "-3000000000"), std::string("❌ Invalid model_gpu=-3000000000, must be 0-1\n") + kEnd);
  expect_refusal(on("99999999999999999999", "0"),
                 std::string("❌ Invalid data_gpu=99999999999999999999, must be 0-1\n") + kEnd);
  expect_refusal(on("01", "1"), std::string("❌ data_gpu and model_gpu must be different\n") + kEnd);
  expect_refusal(on("1", "1"), std::string("❌ data_gpu and model_gpu must be different\n") + kEnd);
  expect_refusal(train({"--model-gpu", "1"}),
                 std::string("❌ Multi-GPU mode needs both flags: --data-gpu is missing\n") + kEnd);
  expect_refusal(train({"--share-gpu", "--model-gpu", "2"}),
                 std::string("❌ Invalid model_gpu=2, must be 0-1\n") + kEnd);
}

TEST_F(GpusTest, LeadingZerosOfAnIndexMeanNothing) {
  add_gpus("24576,24576");
  EXPECT_EQ(plan_in(run(on("00", "01"))).model_gpu.typed_index, 1);
  EXPECT_EQ(plan_in(run(on("01", "001", {"--share-gpu"}))).mode, machine::DeviceMode::kSharedGpu);
  EXPECT_EQ(plan_in(run(train({"--share-gpu", "--data-gpu", "00"}))).model_gpu.typed_index, 0);
  const Outcome outcome = run(on("01", "00", {"--share-gpu"}));
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("--share-gpu, --data-gpu 1, --model-gpu 0"));
}

TEST_F(GpusTest, TheMicroBatchOfThePublishedSizeIsLeftToTheEngineUnlessItIsSet) {
  add_gpus("24576");
  const auto fits = [this](std::vector<std::string> more) {
    more.insert(more.begin(), {"--model-size", "xtts-v2"});
    return request_in<requests::TrainRequest>(run(train(more))).fits_micro_batch;
  };
  EXPECT_TRUE(fits({}));
  EXPECT_TRUE(fits({"--share-gpu"}));
  EXPECT_FALSE(fits({"--device", "cpu"}));
  EXPECT_FALSE(fits({"--batch-size", "3"}));
  EXPECT_FALSE(fits({"--grad-accum", "84"}));
  EXPECT_FALSE(fits({"--set", "batch.accumulation=84"}));
  write("own.toml", "[batch]\nsize = 3\n");
  EXPECT_FALSE(fits({"--config", "own.toml"}));
  EXPECT_FALSE(request_in<requests::TrainRequest>(run(train())).fits_micro_batch) << "one batch is a whole step";
}

TEST_F(GpusTest, AResumedRunKeepsItsMicroBatch) {
  add_gpus("24576");
  make_run("old", config::preset("xtts-v2"));
  const auto request = request_in<requests::TrainRequest>(run({"train", "--output", "old", "--resume"}));
  EXPECT_FALSE(request.fits_micro_batch);
  EXPECT_EQ(request.settings.batch.accumulation, 84);
}

TEST_F(GpusTest, TheUsersVisibleDevicesAreComposedWith) {
  add_gpus("24576,24576,24576,24576");
  set("CUDA_VISIBLE_DEVICES", "3,1");
  const Outcome outcome = run(on("0", "1"));
  EXPECT_THAT(outcome.out, HasSubstr("   Set visible devices: GPU 3 and GPU 1\n"));
  EXPECT_THAT(outcome.err, HasSubstr("CUDA_VISIBLE_DEVICES=3,1\n"));
  expect_refusal(on("0", "3"), std::string("❌ Invalid model_gpu=3, must be 0-1\n") + kEnd);
  set("CUDA_VISIBLE_DEVICES", "");
  expect_refusal(on("0", "1"), std::string("❌ Multi-GPU requires at least 2 GPUs, found 0\n") + kEnd);
}

TEST_F(GpusTest, TwoMigSlicesCannotBeTheTwoGpus) {
  add_gpus("");
  write("gpus.json", R"({"gpus": [{"total_mb": 40960, "mig": [{"total_mb": 9856, "uuid": "MIG-a"},
                                                             {"total_mb": 9856, "uuid": "MIG-b"}]}]})");
  set("MYXTTS_FAKE_GPU_FILE", "gpus.json");
  set("CUDA_VISIBLE_DEVICES", "MIG-a,MIG-b");
  expect_refusal(on("0", "1"),
                 "❌ Two MIG slices cannot be the two GPUs: a process sees only one of them (use --share-gpu on it)\n");
  EXPECT_THAT(run(train({"--share-gpu", "--model-gpu", "1"})).err, HasSubstr("CUDA_VISIBLE_DEVICES=MIG-b\n"));
}

TEST_F(GpusTest, IsolationSaysItsLimits) {
  add_gpus("24576,24576");
  const Outcome outcome =
      run(on("0", "1", {"--enable-memory-isolation", "--data-gpu-memory", "auto", "--memory-interval", "7"}));
  EXPECT_THAT(outcome.out, AllOf(StartsWith("Memory-Isolated Dual-GPU Trainer Initialization\n"),
                                 HasSubstr("   Data GPU 0: 8110MB limit\n   Model GPU 1: 16384MB limit\n"),
                                 Not(HasSubstr("Configuring Multi-GPU Mode"))));
  EXPECT_TRUE(plan_in(outcome).isolated);
  EXPECT_EQ(request_in(outcome).settings.memory.interval_steps, 7);
  EXPECT_EQ(plan_in(outcome).model_cap_mb, 16384);
}

TEST_F(GpusTest, CapsThatDoNotFitAreAnErrorWithARecommendation) {
  add_gpus("24576,16384");
  const Outcome outcome = run(on("0", "1", {"--enable-memory-isolation"}));
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, StartsWith("❌ Model GPU 1: a cap of 16384MB does not fit (16384MB of memory less 1024MB "
                                      "reserve)\n   Recommended: ./myxtts train --data-gpu 0 --model-gpu 1 "
                                      "--enable-memory-isolation --data-gpu-memory 6144 --model-gpu-memory 10240 "));
}

TEST_F(GpusTest, ASharedGpuHasCapsWithoutIsolationToo) {
  add_gpus("24576");
  const Outcome outcome = run(train({"--share-gpu"}));
  EXPECT_THAT(outcome.out, HasSubstr("   Set visible devices: GPU 0\n"));
  EXPECT_EQ(plan_in(outcome).mode, machine::DeviceMode::kSharedGpu);
  EXPECT_EQ(plan_in(outcome).model_cap_mb, 15779);
  EXPECT_EQ(request_in(outcome).settings.batch.size, 32);
}

TEST_F(GpusTest, WithoutFlagsTheSingleGpuTrainsSilently) {
  add_gpus("24576,24576");
  const Outcome outcome = run(train({"--deterministic"}));
  EXPECT_THAT(outcome.out, StartsWith("{"));
  EXPECT_THAT(outcome.err, AllOf(StartsWith("myxtts-engine-cuda\n"), HasSubstr("CUDA_VISIBLE_DEVICES=0\n"),
                                 HasSubstr("CUBLAS_WORKSPACE_CONFIG=:4096:8\n")));
  EXPECT_EQ(plan_in(outcome).mode, machine::DeviceMode::kSingleGpu);
  EXPECT_EQ(request_in(outcome).settings.run.size, "normal");
}

TEST_F(GpusTest, DeviceCpuTakesTheOtherEngineAndHidesEveryGpu) {
  add_gpus("24576,24576");
  const Outcome outcome = run(train({"--device", "cpu"}));
  EXPECT_THAT(outcome.err, AllOf(StartsWith("myxtts-engine\n"), HasSubstr("CUDA_VISIBLE_DEVICES=\n")));
  EXPECT_EQ(request_in(outcome).settings.run.size, "tiny");
}

TEST_F(GpusTest, WhereNoEngineForGpusIsBuiltTheOtherSaysSo) {
  add_gpus("24576");
  std::filesystem::remove(work().parent_path().parent_path() / "bin" / "myxtts-engine-cuda");
  const Outcome outcome = run(train());
  EXPECT_THAT(outcome.err, StartsWith("myxtts-engine\n"));
  EXPECT_EQ(plan_in(outcome).mode, machine::DeviceMode::kSingleGpu) << "the plan stays: nothing falls back";
}

TEST_F(GpusTest, BatchesHave32ClipsUnlessSomethingSaysOtherwise) {
  add_gpus("24576,24576");
  const auto batch = [&](const std::vector<std::string>& more) {
    return handed_over(on("0", "1", more)).settings.batch.size;
  };
  EXPECT_EQ(batch({"--set", "run.size=small"}), 32);
  EXPECT_EQ(batch({"--model-size", "small"}), 16);
  EXPECT_EQ(batch({"--batch-size", "5"}), 5);
  EXPECT_EQ(batch({"--set", "batch.size=6"}), 6);
}

TEST_F(GpusTest, GpuFlagsWantADataSet) {
  add_gpus("24576,24576");
  const Outcome outcome = run({"train", "--data-gpu", "0", "--model-gpu", "1"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, AllOf(StartsWith("error: no data set: --train-data"), HasSubstr("dataset_train")));
  EXPECT_THAT(run({"train", "--data-gpu", "0", "--model-gpu", "9"}).err, StartsWith("❌ Invalid model_gpu=9"));
  write("../dataset/dataset_train/metadata_train.csv", "a|b\n");
  EXPECT_THAT(handed_over({"train", "--data-gpu", "0", "--model-gpu", "1"}).settings.data.train,
              testing::ElementsAre("../dataset/dataset_train"));
}

TEST_F(GpusTest, SpeakingCommandsPickAGpuByModelGpuAlone) {
  add_gpus("24576,24576");
  write("voice/state.json", "{}");
  for (std::vector<std::string> command :
       std::vector<std::vector<std::string>>{{"synthesize", "--checkpoint", "voice", "--text", "hello"},
                                             {"resynthesize", "--checkpoint", "voice", "--input", "a.wav"},
                                             {"evaluate", "--checkpoint", "voice", "--train-data", "clips"}}) {
    EXPECT_THAT(run(command).err, HasSubstr("CUDA_VISIBLE_DEVICES=0\n"));
    command.insert(command.end(), {"--model-gpu", "1"});
    const Outcome outcome = run(command);
    EXPECT_THAT(outcome.err, AllOf(StartsWith("myxtts-engine-cuda\n"), HasSubstr("CUDA_VISIBLE_DEVICES=1\n")));
    EXPECT_EQ(plan_in(outcome).mode, machine::DeviceMode::kSingleGpu);
    command.back() = "2";
    expect_refusal(command, "❌ Invalid model_gpu=2, must be 0-1\n");
  }
}

}  // namespace
}  // namespace myxtts::front_test
