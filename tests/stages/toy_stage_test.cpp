// A stage that nothing else knows of goes through everything that a stage goes through.

#include "stages/toy_stage.hpp"

#include <gtest/gtest.h>

#include "machine/memory_forecast.hpp"
#include "profiling/real_stage.hpp"
#include "run/tiny_run.hpp"
#include "run/wiring.hpp"

namespace myxtts::stages::test {
namespace {

using run::RunStart;

class Toy : public ::testing::Test {
 protected:
  Toy() {
    torch::set_num_threads(1);
    settings_ = run::test::tiny_settings(run::test::write_data_set(folder_.path() / "data"));
    settings_.run.stages = "toy";
    clips_ = load_training_data(settings_, "", console_);
    data_ = std::make_unique<RunData>(RunData{settings_, clips_, gather_statistics(settings_, clips_, *runtime_)});
  }

  // Trains the run in the folder on, for `max_run_steps` in all (0: to its planned end). Returns whether it was
  // stopped.
  bool train(const std::string& name, RunStart start, std::int64_t max_run_steps) {
    run::RunFiles files(core::local_file_system(), folder_.path() / name, start, console_);
    contracts::TrainState base;
    base.documents["config.toml"] = "";
    run::RunContext context{*data_, *runtime_, console_, files, base, {}, max_run_steps};
    return run::train_stages(list_, context, {.resumed = files.resume_state(), .given = {}});
  }

  [[nodiscard]] contracts::TrainState last(const std::string& name) const {
    return speech::load_checkpoint(folder_.path() / name / "checkpoints" / "last");
  }
  [[nodiscard]] std::string metrics(const std::string& name) const {
    return core::local_file_system().read(folder_.path() / name / "metrics.jsonl");
  }

  support::TemporaryFolder folder_;
  core::Console console_{true};
  std::unique_ptr<device::DeviceRuntime> runtime_ = device::make_runtime({});
  config::Settings settings_;
  TrainingData clips_;
  std::unique_ptr<RunData> data_;
  ToyStage toy_;
  std::array<const Stage*, 1> list_{&toy_};
};

TEST_F(Toy, TrainsAndIsValidated) {
  EXPECT_FALSE(train("whole", RunStart::kNew, 0));
  const contracts::TrainState end = last("whole");
  EXPECT_EQ(end.progress.stage, "toy");
  EXPECT_EQ(end.progress.step, settings_.codec.steps);
  EXPECT_GT(contracts::tensor_of(end, "toy", "mean").norm().item<double>(), 0);
  EXPECT_NE(metrics("whole").find("\"validation\":true"), std::string::npos);
  EXPECT_TRUE(core::local_file_system().exists(folder_.path() / "whole" / "checkpoints" / "toy-best"));
}

TEST_F(Toy, IsStoppedAndResumedToTheBit) {
  EXPECT_FALSE(train("whole", RunStart::kNew, 0));
  EXPECT_TRUE(train("parts", RunStart::kNew, 4));
  EXPECT_EQ(last("parts").progress.step, 4);
  EXPECT_FALSE(train("parts", RunStart::kResume, 0));
  run::test::expect_equal(last("parts").weights.at("toy"), last("whole").weights.at("toy"), "toy");
}

TEST_F(Toy, IsProfiled) {
  profiling::RealStage real(toy_, *data_, {}, {}, device::make_runtime({}));
  profiling::ProfilingOptions options;
  options.steps = 2;
  options.rounds = 1;
  const report::Profile found = profiling::profile_stage(real.parts(), options);
  EXPECT_GT(found.audio_seconds, 0);
}

TEST_F(Toy, IsForecast) {
  const ToyPlan plan;
  const std::array<const StagePlan*, 1> plans{&plan};
  const machine::MemoryForecast found = machine::forecast_memory(settings_, {}, machine::DeviceMode::kCpu, plans);
  EXPECT_EQ(found.data.stage, "toy");
  EXPECT_EQ(found.data.bytes(), 3'000'000);
  EXPECT_EQ(found.model.bytes(), 5'000'000);
}

}  // namespace
}  // namespace myxtts::stages::test
