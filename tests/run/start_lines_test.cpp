// What users read while a run on GPUs starts: the engine's half of R7, over the wiring of a real run. The plan says
// GPUs, the work is done on the CPU.

#include <gmock/gmock.h>

#include <algorithm>

#include "run/wiring.hpp"
#include "stages/codec.hpp"
#include "stages/voice.hpp"
#include "tiny_run.hpp"

namespace myxtts::run {
namespace {

using ::testing::ElementsAre;
using Lines = std::vector<std::string>;

class StartLines : public ::testing::Test {
 protected:
  StartLines() {
    torch::set_num_threads(1);
    settings_ = test::tiny_settings(test::write_data_set(folder_.path() / "data"));
    settings_.run.start_delay_seconds = 0.5;
    settings_.batch.buffer = 7;
    data_ = stages::load_training_data(settings_, "", console_);
    run_ = std::make_unique<stages::RunData>(
        stages::RunData{settings_, data_, stages::gather_statistics(settings_, data_, *runtime_)});
  }

  static machine::DevicePlan plan_of(machine::DeviceMode mode, int data_gpu, int model_gpu) {
    machine::DevicePlan plan;
    plan.mode = mode;
    plan.data_gpu.physical_index = data_gpu;
    plan.model_gpu.physical_index = model_gpu;
    return plan;
  }

  // All that is printed while the codec stage takes a step and the voice stage the next.
  Lines train(const machine::DevicePlan& plan) {
    Lines lines;
    RunFiles files(core::local_file_system(), folder_.path() / "run", RunStart::kNew, console_);
    console_.keep_in([&lines](std::string_view line) { lines.emplace_back(line); });  // instead of the run's log
    contracts::TrainState base;
    base.weights["mel_statistics"] = {{"deviation", run_->statistics.standard_deviation},
                                      {"mean", run_->statistics.mean}};
    RunContext context{*run_, *runtime_, console_, files, base, {}, 2, plan};
    contracts::StageProgress progress;
    progress.stage = "codec";
    progress.planned_steps = 1;
    (void)train_stage(stages::codec_stage(), context, progress, {});
    const contracts::TrainState codec = speech::load_checkpoint(files.best("codec"));
    progress = {};
    progress.stage = "voice";
    progress.planned_steps = 1;
    progress.run_steps = 1;
    context.base.weights["codec"] = codec.weights.at("codec");
    (void)train_stage(stages::voice_stage(), context, progress, {});
    return lines;
  }

  // From the first line to the last of R7; none where that is not there.
  static Lines start_lines(const Lines& lines) {
    const auto is_last = [](const std::string& line) { return line.starts_with("🚀 Starting training"); };
    const auto last = std::ranges::find_if(lines, is_last);
    return last == lines.end() ? Lines() : Lines(lines.begin(), last + 1);
  }

  support::TemporaryFolder folder_;
  core::Console console_{true};
  std::unique_ptr<device::DeviceRuntime> runtime_ = device::make_cpu_runtime({});
  config::Settings settings_;
  stages::TrainingData data_;
  std::unique_ptr<stages::RunData> run_;
};

TEST_F(StartLines, NameTheGpusOnceAndInOrder) {
  const Lines lines = train(plan_of(machine::DeviceMode::kDualGpu, 2, 0));
  EXPECT_THAT(start_lines(lines),
              ElementsAre("",                                                                 //
                          "🚀 Intelligent GPU Pipeline: Multi-GPU Mode",                      //
                          "   - Data Processing GPU: 2",                                      //
                          "   - Model Training GPU: 0",                                       //
                          "   - Prefetching to /GPU:0 with buffer_size=7",                    //
                          "",                                                                 //
                          "🎯 Multi-GPU Mode: Model will be placed on /GPU:1",                //
                          "   (Original GPU 0 is now mapped to GPU:1)",                       //
                          "",                                                                 //
                          "Creating model on device: /GPU:1",                                 //
                          "",                                                                 //
                          "🕐 Multi-GPU Mode: Waiting 0.5s for data pipeline to warm up...",  //
                          "✅ Model training starting now",                                   //
                          "",                                                                 //
                          "🚀 Starting training with improved convergence..."));
  EXPECT_EQ(std::ranges::count(lines, "🚀 Intelligent GPU Pipeline: Multi-GPU Mode"), 1);
  EXPECT_EQ(std::ranges::count(lines, "🚀 Starting training with improved convergence..."), 1);
}

TEST_F(StartLines, SayThatOneGpuIsShared) {
  EXPECT_THAT(start_lines(train(plan_of(machine::DeviceMode::kSharedGpu, 3, 3))),
              ElementsAre("",                                                                 //
                          "🚀 Intelligent GPU Pipeline: Multi-GPU Mode",                      //
                          "   - Data Processing GPU: 3 (shared)",                             //
                          "   - Model Training GPU: 3 (shared)",                              //
                          "   - Prefetching to /GPU:0 with buffer_size=7",                    //
                          "",                                                                 //
                          "🎯 Multi-GPU Mode: Model will be placed on /GPU:0",                //
                          "   (Original GPU 3 is now mapped to GPU:0)",                       //
                          "",                                                                 //
                          "Creating model on device: /GPU:0",                                 //
                          "",                                                                 //
                          "🕐 Multi-GPU Mode: Waiting 0.5s for data pipeline to warm up...",  //
                          "✅ Model training starting now",                                   //
                          "",                                                                 //
                          "🚀 Starting training with improved convergence..."));
}

TEST_F(StartLines, AreNotPrintedOnOneGpuOrTheCpu) {
  for (const machine::DeviceMode mode : {machine::DeviceMode::kCpu, machine::DeviceMode::kSingleGpu}) {
    for (const std::string& line : train(plan_of(mode, 0, 0))) {
      EXPECT_EQ(line.find("Multi-GPU"), std::string::npos) << line;
      EXPECT_EQ(line.find("🚀"), std::string::npos) << line;
    }
    core::local_file_system().remove_all(folder_.path() / "run");
  }
}

}  // namespace
}  // namespace myxtts::run
