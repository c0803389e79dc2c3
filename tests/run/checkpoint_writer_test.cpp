#include "run/checkpoint_writer.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <stdexcept>

#include "checkpoint/checkpoint_store.hpp"
#include "core/error.hpp"
#include "support/temporary_folder.hpp"

namespace myxtts::run {
namespace {

// Only its tensors matter.
class TwoTensors final : public contracts::Learner {
 public:
  void save(contracts::TrainState& state) const override {
    state.weights["voice"] = {{"weight", weight}};
    state.optimizer = {{"step", step}};
  }
  void accumulate(const contracts::DeviceBatch&) override {}
  contracts::PendingStep update(std::int64_t) override { throw std::logic_error("it cannot train"); }
  std::vector<torch::Tensor> trained_parameters() const override { return {weight}; }
  core::Losses evaluate(const contracts::DeviceBatch&) override { return {}; }
  core::Losses combine(const core::Losses& sums) const override { return sums; }
  void load(const contracts::TrainState&) override {}
  void load_weights(const contracts::TrainState&) override {}

  torch::Tensor weight = torch::ones({1000});
  torch::Tensor step = torch::zeros({});
};

class CheckpointWriterTest : public ::testing::TestWithParam<CheckpointWriter::Mode> {
 protected:
  static contracts::TrainState at_step(std::int64_t step) {
    contracts::TrainState state;
    state.progress.stage = "voice";
    state.progress.step = state.progress.run_steps = step;
    state.progress.planned_steps = 100;
    state.weights["codec"] = {{"frozen", torch::full({2}, 7.0)}};
    return state;
  }
  [[nodiscard]] torch::Tensor saved_weight(const std::string& name) const {
    const auto state = checkpoint::CheckpointStore::load(files_, folder() / "checkpoints" / name);
    EXPECT_EQ(contracts::tensor_of(state, "codec", "frozen")[0].item<float>(), 7.0F);
    return contracts::tensor_of(state, "voice", "weight");
  }
  [[nodiscard]] core::Path folder() const { return root_.path() / "run"; }

  support::TemporaryFolder root_;
  core::FileSystem& files_ = core::local_file_system();
  core::Console console_{true};
  RunFiles run_{files_, folder(), RunStart::kNew, console_};
  std::unique_ptr<device::DeviceRuntime> cpu_ = device::make_cpu_runtime({});
  TwoTensors learner_;
};

TEST_P(CheckpointWriterTest, ACheckpointHoldsWhatTheLearnerHeldWhenItWasSaved) {
  CheckpointWriter writer(run_, *cpu_, GetParam(), 10);
  for (std::int64_t step = 1; step <= 5; ++step) {
    learner_.weight.fill_(static_cast<double>(step));
    writer.save(at_step(step), learner_, step == 2);
    learner_.weight.fill_(-1);  // training goes on
  }
  writer.finish();
  for (std::int64_t step = 1; step <= 5; ++step) {
    const torch::Tensor expected = torch::full({1000}, static_cast<double>(step));
    EXPECT_TRUE(torch::equal(saved_weight(checkpoint::CheckpointStore::name_of(at_step(step).progress)), expected));
  }
  EXPECT_EQ(files_.read_symlink(folder() / "checkpoints/last"), "voice-00000005");
  EXPECT_EQ(files_.read_symlink(folder() / "checkpoints/best"), "voice-00000002");
}

TEST_P(CheckpointWriterTest, AWriterThatEndsHasItsCheckpointOnDisk) {
  { CheckpointWriter(run_, *cpu_, GetParam(), 10).save(at_step(3), learner_, false); }
  EXPECT_TRUE(torch::equal(saved_weight("last"), torch::ones({1000})));
}

TEST_P(CheckpointWriterTest, WithoutACheckpointThereIsNothingToWaitFor) {
  CheckpointWriter writer(run_, *cpu_, GetParam(), 10);
  writer.require_success();
  writer.finish();
}

TEST_P(CheckpointWriterTest, MetricsOfTheStepsBeforeAreOnDiskWithTheCheckpoint) {
  CheckpointWriter writer(run_, *cpu_, GetParam(), 10);
  for (std::int64_t step = 1; step <= 50; ++step) {
    core::StepReport report;
    report.stage = "voice";
    report.step = step;
    run_.metrics().on_step(report);
    if (step % 10 == 0) writer.save(at_step(step), learner_, false);
  }
  writer.finish();
  EXPECT_NE(files_.read(folder() / "metrics.jsonl").find("\"step\":50,"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(AtOnceAndInTheBackground, CheckpointWriterTest,
                         ::testing::Values(CheckpointWriter::Mode::kAtOnce, CheckpointWriter::Mode::kBackground));

TEST_F(CheckpointWriterTest, AtOnceAFailureIsThrownBySave) {
  CheckpointWriter writer(run_, *cpu_, CheckpointWriter::Mode::kAtOnce, 10);
  std::filesystem::remove_all(folder());
  EXPECT_THROW(writer.save(at_step(1), learner_, false), core::CheckpointError);
  writer.finish();
}

TEST_F(CheckpointWriterTest, InTheBackgroundAFailureIsThrownOnceByWhoeverAsksNext) {
  CheckpointWriter writer(run_, *cpu_, CheckpointWriter::Mode::kBackground, 10);
  std::filesystem::remove_all(folder());
  writer.save(at_step(1), learner_, false);
  EXPECT_THROW(writer.finish(), core::CheckpointError);
  writer.finish();
  writer.save(at_step(2), learner_, false);
  EXPECT_THROW(writer.save(at_step(3), learner_, false), core::CheckpointError);
  EXPECT_THROW(
      {
        writer.save(at_step(4), learner_, false);
        for (;;) writer.require_success();  // until the thread has failed
      },
      core::CheckpointError);
}

}  // namespace
}  // namespace myxtts::run
