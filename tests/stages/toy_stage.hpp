#pragma once
// The smallest stage: it learns the mean of each mel band. This is all that a new stage needs.

#include "device/role_thread.hpp"
#include "preparation/codec_preparation.hpp"
#include "stages/held_out.hpp"
#include "stages/stage.hpp"

namespace myxtts::stages::test {

inline constexpr StageEntry kToy{.name = "toy", .number = 7};

class ToyPlan final : public StagePlan {
 public:
  const StageEntry& entry() const override { return kToy; }
  std::int64_t planned_steps(const config::Settings& settings) const override { return settings.codec.steps; }
  void set_planned_steps(config::Settings& settings, std::int64_t steps) const override {
    settings.codec.steps = steps;
  }
  void plan_steps(config::Settings&, const config::EpochSize&) const override {}
  RoleForecast data_role(const config::Settings&, const DataShape&) const override {
    return {"toy", {{"prefetch buffer", 3'000'000}}};
  }
  RoleForecast model_role(const config::Settings&, const DataShape&, bool) const override {
    return {"toy", {{"parameters", 5'000'000}}};
  }
};

class ToyLearner final : public contracts::Learner {
 public:
  void accumulate(const contracts::DeviceBatch& batch) override { step_ += error_of(batch); }
  contracts::PendingStep update(std::int64_t) override {
    mean_ += 0.2 * step_;
    const torch::Tensor size = step_.norm();
    step_ = torch::zeros_like(step_);
    return {torch::stack({size, size, torch::zeros({})}), {"loss", "grad_norm", "found_inf"}, 0.2};
  }
  std::vector<torch::Tensor> trained_parameters() const override { return {mean_}; }
  core::Losses evaluate(const contracts::DeviceBatch& batch) override {
    return {{"sum", error_of(batch).norm().item<double>()}, {"count", 1}};
  }
  core::Losses combine(const core::Losses& sums) const override {
    return {{"loss", sums.at("sum") / sums.at("count")}};
  }
  void save(contracts::TrainState& state) const override { state.weights[kToy.weights()] = {{"mean", mean_}}; }
  void load(const contracts::TrainState& state) override { load_weights(state); }
  void load_weights(const contracts::TrainState& state) override {
    mean_ = contracts::tensor_of(state, kToy.weights(), "mean").clone();
  }

 private:
  torch::Tensor error_of(const contracts::DeviceBatch& batch) const {  // [M]
    return std::get<contracts::CodecBatch>(batch.batch.payload).mels.mean(torch::IntArrayRef({0, 2})) - mean_;
  }

  torch::Tensor mean_ = torch::zeros({80});
  torch::Tensor step_ = torch::zeros({80});
};

class ToyStage final : public Stage {
 public:
  const StagePlan& plan() const override { return plan_; }
  std::unique_ptr<planning::StageSchedule> make_schedule(const config::Settings& settings,
                                                         const stages::TrainingData& clips) const override {
    return std::make_unique<planning::StageSchedule>(std::vector<std::int64_t>(clips.train.size(), 1), no_targets,
                                                     settings.batch, 1, kToy.number);
  }
  StageData make_data(const RunData& run, const contracts::TrainState&, device::DeviceRuntime& runtime,
                      device::SpanRecorder* spans) const override {
    StageData data{nullptr, make_schedule(run.settings, run.clips), {}};
    device::run_as(runtime, device::Role::kData, [&] {
      data.training = std::make_unique<preparation::CodecPreparation>(
          run.clips.train, run.statistics,
          preparation::CodecPreparationOptions{.crop_frames = 32, .stage = kToy.number},
          runtime.device(device::Role::kData), spans);
      data.validation = prepare_held_out(*data.training, {1, 1, 1}, run.settings, no_targets);
    });
    return data;
  }
  std::unique_ptr<contracts::Learner> make_learner(const RunData&, const device::DeviceRuntime&,
                                                   device::SpanRecorder*) const override {
    return std::make_unique<ToyLearner>();
  }

 private:
  static planning::RowTargets no_targets(std::uint32_t, std::int64_t) { return {}; }
  ToyPlan plan_;
};

}  // namespace myxtts::stages::test
