#pragma once
// Trains the voice model: conditioning encoder, perceiver and GPT.

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "concurrency/thread_team.hpp"
#include "config/settings.hpp"
#include "contracts/learner.hpp"
#include "device/precision.hpp"
#include "device/span_recorder.hpp"
#include "model/gpt.hpp"
#include "model/half_copies.hpp"
#include "model/voice_loss.hpp"
#include "training/adamw.hpp"
#include "training/learning_rate.hpp"

namespace myxtts::training {

// Sums of target losses and target counts of a held-out batch; each weight in the batch must be 1 / the batch's number
// of text or audio targets. The sums of several batches can be added. No gradients; the model must be in evaluation
// mode.
[[nodiscard]] core::Losses voice_loss_sums(const model::VoiceModel& model, const contracts::VoiceBatch& batch);
// text_loss, audio_loss, audio_accuracy, and loss = audio_loss + text_weight * text_loss.
[[nodiscard]] core::Losses mean_voice_losses(const core::Losses& sums, double text_weight);

class VoiceLearner final : public contracts::Learner {
 public:
  // The model is on the model device and belongs to the model role. settings.voice.steps is the planned length.
  // `spans` records "forward", "backward" and "optimiser".
  VoiceLearner(std::shared_ptr<model::VoiceModel> model, const config::Settings& settings,
               device::SpanRecorder* spans = nullptr);

  // Computes the batch's groups in parallel, one thread for each; the threads share the calling thread's budget.
  void accumulate(const contracts::DeviceBatch& batch) override;
  [[nodiscard]] contracts::PendingStep update(std::int64_t step) override;
  [[nodiscard]] std::vector<torch::Tensor> trained_parameters() const override { return parameters_; }
  [[nodiscard]] core::Losses evaluate(const contracts::DeviceBatch& batch) override;
  [[nodiscard]] core::Losses combine(const core::Losses& sums) const override;
  void save(contracts::TrainState& state) const override;
  void load(const contracts::TrainState& state) override;
  void load_weights(const contracts::TrainState& state) override;

  [[nodiscard]] const std::shared_ptr<model::VoiceModel>& model() const { return model_; }

 private:
  struct GroupLoss {
    torch::Tensor loss;
    torch::Tensor parts;  // same layout as sums_
  };
  struct GroupGradients {
    torch::Tensor parts;
    std::vector<torch::Tensor> gradients;  // one for each of parameters_
  };

  // The loss of a group. Its random numbers depend only on the batch's sequence number and the group's number.
  [[nodiscard]] GroupLoss forward(const contracts::PackedRows& group, std::uint64_t sequence,
                                  std::uint32_t number) const;
  // Starts all groups but the first, each on a thread of its own. Writes one result for each into `gradients`.
  [[nodiscard]] concurrency::ThreadTeam::Task start_others(const std::vector<contracts::PackedRows>& groups,
                                                           std::uint64_t sequence,
                                                           std::vector<GroupGradients>& gradients);
  void add(const GroupGradients& group);
  // Forward pass and loss in the run's precision.
  [[nodiscard]] model::VoiceLoss loss_of(const contracts::PackedRows& group) const;

  std::shared_ptr<model::VoiceModel> model_;
  double text_weight_;
  std::uint64_t seed_;
  device::Precision precision_;
  RatePlan rate_;
  AdamW optimizer_;
  std::optional<model::HalfCopies> half_copies_;  // in bf16 and fp16
  std::vector<torch::Tensor> parameters_;
  torch::Tensor sums_;  // float32 [4]: loss, text_loss, audio_loss, audio_accuracy of the step so far
  device::SpanRecorder* spans_;
  concurrency::ThreadTeam team_;  // computes all groups but the first
};

}  // namespace myxtts::training
