// Whose memory is what: every tensor of a real training belongs to the role that it should, and no step waits for it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "device/synchronisation_counter.hpp"
#include "pipeline/pipeline.hpp"
#include "run/role_devices.hpp"
#include "run/tiny_run.hpp"
#include "run/wiring.hpp"
#include "stages/all_stages.hpp"
#include "stages/codec.hpp"
#include "stages/voice.hpp"
#include "training/codec_learner.hpp"
#include "training/training_loop.hpp"
#include "training/voice_learner.hpp"

namespace myxtts::run {
namespace {

using device::Role;

void expect_role(const torch::Tensor& tensor, Role role, const std::string& what) {
  ASSERT_TRUE(tensor.defined()) << what;
  if (tensor.numel() == 0) return;  // has no memory
  EXPECT_EQ(device::name_of(test::role_of(tensor)), device::name_of(role)) << what;
}

void expect_role(const contracts::NamedTensors& tensors, Role role, const std::string& what) {
  EXPECT_FALSE(tensors.empty()) << what;
  for (const auto& [name, tensor] : tensors) expect_role(tensor, role, what + " " + name);
}

void expect_role(contracts::Batch batch, Role role, const std::string& what) {
  contracts::for_each_tensor(batch, [&](const torch::Tensor& tensor) { expect_role(tensor, role, what); });
}

// A preparation whose batches are looked at as they are made.
class WatchedPreparation final : public preparation::Preparation {
 public:
  explicit WatchedPreparation(preparation::Preparation& inner) : inner_(inner) {}
  [[nodiscard]] preparation::RawBatch decode(const planning::BatchPlan& plan) const override {
    return inner_.decode(plan);
  }
  [[nodiscard]] contracts::Batch prepare(preparation::RawBatch raw) override {
    contracts::Batch batch = inner_.prepare(std::move(raw));
    expect_role(batch, Role::kData, "prepared batch");
    return batch;
  }
  [[nodiscard]] std::vector<torch::Tensor> kept_tensors() const override { return inner_.kept_tensors(); }

 private:
  preparation::Preparation& inner_;
};

// A learner whose batches, gradients and waits are looked at as it learns. After its first step, in which libraries
// start, no thread of the process may wait for a GPU.
class WatchedLearner final : public contracts::Learner {
 public:
  WatchedLearner(contracts::Learner& inner, std::vector<torch::Tensor> parameters)
      : inner_(inner), parameters_(std::move(parameters)) {}

  void accumulate(const contracts::DeviceBatch& batch) override {
    expect_role(batch.batch, Role::kModel, "device batch");
    const device::SynchronisationCounter counter;
    inner_.accumulate(batch);
    EXPECT_THAT(counter.names(), ::testing::IsEmpty()) << "accumulate " << steps_;
    for (const torch::Tensor& parameter : parameters_) {
      expect_role(parameter, Role::kModel, "parameter");
      expect_role(parameter.grad(), Role::kModel, "gradient");
    }
  }

  contracts::PendingStep update(std::int64_t step) override {
    const device::SynchronisationCounter counter;
    contracts::PendingStep pending = inner_.update(step);
    EXPECT_THAT(counter.names(), ::testing::IsEmpty()) << "update " << step;
    expect_role(pending.values, Role::kModel, "measurements");
    if (steps_++ == 0) no_waiting_ = test::forbid_waiting();
    return pending;
  }

  core::Losses evaluate(const contracts::DeviceBatch& batch) override { return inner_.evaluate(batch); }
  core::Losses combine(const core::Losses& sums) const override { return inner_.combine(sums); }
  void save(contracts::TrainState& state) const override { inner_.save(state); }
  void load(const contracts::TrainState& state) override { inner_.load(state); }
  void load_weights(const contracts::TrainState&) override {}
  std::vector<torch::Tensor> trained_parameters() const override { return {}; }
  [[nodiscard]] std::int64_t steps() const { return steps_; }

 private:
  contracts::Learner& inner_;
  std::vector<torch::Tensor> parameters_;
  std::int64_t steps_ = 0;
  std::shared_ptr<void> no_waiting_;
};

// Of every trained parameter both moments, and whatever else the optimiser keeps.
void expect_optimizer_of_model_role(const contracts::TrainState& state, const torch::nn::Module& model) {
  expect_role(state.optimizer, Role::kModel, "optimiser");
  for (const auto& parameter : model.named_parameters()) {
    for (const char* moment : {"exp_avg.", "exp_avg_sq."}) {
      const auto has_name = [&](const auto& entry) { return entry.first == moment + parameter.key(); };
      EXPECT_EQ(std::ranges::count_if(state.optimizer, has_name), 1) << moment << parameter.key();
    }
  }
}

void expect_model_of_model_role(const torch::nn::Module& model) {
  for (const auto& parameter : model.named_parameters()) {
    expect_role(parameter.value(), Role::kModel, "parameter " + parameter.key());
    expect_role(parameter.value().grad(), Role::kModel, "gradient of " + parameter.key());
  }
  for (const auto& buffer : model.named_buffers()) expect_role(buffer.value(), Role::kModel, "buffer " + buffer.key());
}

class Roles : public ::testing::Test {
 protected:
  void SetUp() override {
    torch::set_num_threads(1);
    const auto devices = test::role_devices();
    if (!devices) GTEST_SKIP() << "fewer than two GPUs";
    runtime_ = device::make_runtime(*devices);
    settings_ = test::tiny_settings(test::write_data_set(folder_.path() / "data"));
    data_ = stages::load_training_data(settings_, "", console_);
    run_ = std::make_unique<stages::RunData>(
        stages::RunData{settings_, data_, stages::gather_statistics(settings_, data_, *runtime_)});
  }

  // Trains the stage's whole plan over the pipeline, everything watched, and returns its end.
  contracts::TrainState train(stages::StageData& data, contracts::Learner& learner,
                              std::vector<torch::Tensor> parameters, std::int64_t steps) {
    WatchedPreparation preparation(*data.training);
    WatchedLearner watched(learner, std::move(parameters));
    device::SpanRecorder spans(*runtime_);
    pipeline::PipelineOptions options;
    options.workers = 2;
    options.buffer = 3;
    options.start_delay_seconds = 0;
    options.end_sequence = static_cast<std::uint64_t>(steps);
    transfer::TransferLane lane(*runtime_, {}, &spans);
    pipeline::Pipeline pipeline(*runtime_, *data.schedule, preparation, lane, options, spans);
    training::LoopOptions loop_options;
    loop_options.last_step = steps;
    contracts::StageProgress progress;
    progress.planned_steps = steps;
    training::TrainingLoop(*runtime_, watched, pipeline, loop_options, {}).run(progress);
    EXPECT_EQ(watched.steps(), steps);
    contracts::TrainState state;
    learner.save(state);
    return state;
  }

  static void expect_kept_by_data_role(const stages::StageData& data) {
    const std::vector<torch::Tensor> kept = data.training->kept_tensors();
    EXPECT_FALSE(kept.empty());
    for (const torch::Tensor& tensor : kept) expect_role(tensor, Role::kData, "kept by the preparation");
    EXPECT_FALSE(data.validation.empty());
    for (const contracts::Batch& batch : data.validation) expect_role(batch, Role::kData, "held-out batch");
  }

  contracts::TrainState new_codec() {
    const auto session = runtime_->enter(Role::kModel);
    return stages::new_frozen_parts(stages::all_stages(), stages::voice_stage(), *run_, *runtime_);
  }

  support::TemporaryFolder folder_;
  core::Console console_{true};
  std::unique_ptr<device::DeviceRuntime> runtime_;
  config::Settings settings_;
  stages::TrainingData data_;
  std::unique_ptr<stages::RunData> run_;
};

TEST_F(Roles, CodecStageKeepsThemApartAndNeverWaitsForTheDevice) {
  stages::StageData data = stages::codec_stage().make_data(*run_, {}, *runtime_, nullptr);
  const auto session = runtime_->enter(Role::kModel);
  const auto learner = stages::codec_stage().make_learner(*run_, *runtime_, nullptr);
  const model::Codec& codec = *dynamic_cast<training::CodecLearner&>(*learner).codec();
  const contracts::TrainState state = train(data, *learner, codec.parameters(), settings_.codec.steps);
  expect_role(state.weights.at("codec"), Role::kModel, "codec");
  expect_model_of_model_role(codec);
  expect_optimizer_of_model_role(state, codec);
  expect_kept_by_data_role(data);
}

TEST_F(Roles, VoiceStageKeepsThemApartAndNeverWaitsForTheDevice) {
  stages::StageData data = stages::voice_stage().make_data(*run_, new_codec(), *runtime_, nullptr);
  const auto session = runtime_->enter(Role::kModel);
  const auto learner = stages::voice_stage().make_learner(*run_, *runtime_, nullptr);
  const model::VoiceModel& voice = *dynamic_cast<training::VoiceLearner&>(*learner).model();
  const contracts::TrainState state = train(data, *learner, voice.parameters(), settings_.voice.steps);
  expect_role(state.weights.at("voice"), Role::kModel, "voice");
  expect_model_of_model_role(voice);
  expect_optimizer_of_model_role(state, voice);
  expect_kept_by_data_role(data);
}

}  // namespace
}  // namespace myxtts::run
