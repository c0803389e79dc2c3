#pragma once
// Trains the codec: reconstruction and commitment with gradients, the codebook with moving averages.

#include <deque>
#include <memory>

#include "config/settings.hpp"
#include "contracts/learner.hpp"
#include "device/precision.hpp"
#include "device/span_recorder.hpp"
#include "model/codebook_update.hpp"
#include "model/codec.hpp"
#include "training/adamw.hpp"
#include "training/learning_rate.hpp"

namespace myxtts::training {

// Up to step codec.codebook_step the codec trains without quantisation. Then the first codebook is made by k-means over
// the latents of the last batches, and the remaining steps train with it.
class CodecLearner final : public contracts::Learner {
 public:
  // `spans` records "forward", "backward" and "optimiser".
  CodecLearner(std::shared_ptr<model::Codec> codec, const config::Settings& settings,
               device::SpanRecorder* spans = nullptr);

  void accumulate(const contracts::DeviceBatch& batch) override;
  [[nodiscard]] contracts::PendingStep update(std::int64_t step) override;
  [[nodiscard]] std::vector<torch::Tensor> trained_parameters() const override { return codec_->parameters(); }
  [[nodiscard]] core::Losses evaluate(const contracts::DeviceBatch& batch) override;
  [[nodiscard]] core::Losses combine(const core::Losses& sums) const override;
  void save(contracts::TrainState& state) const override;
  void load(const contracts::TrainState& state) override;
  void load_weights(const contracts::TrainState& state) override;

  [[nodiscard]] const std::shared_ptr<model::Codec>& codec() const { return codec_; }

 private:
  // The latents of one micro-batch and their nearest codes, for the codebook's update.
  struct Chosen {
    torch::Tensor latents;
    torch::Tensor codes;
  };

  // Returns the batch's loss and adds its parts to sums_.
  [[nodiscard]] torch::Tensor forward(const contracts::DeviceBatch& batch);
  [[nodiscard]] bool has_codes() const { return steps_done_ >= settings_.codebook_step; }
  // The codec's forward pass in the run's precision.
  [[nodiscard]] model::Codec::Output in_precision(const torch::Tensor& mels, model::Codec::Bottleneck bottleneck) const;
  void gather_for_codebook(const torch::Tensor& mels);
  void make_codebook();
  void update_codebook(std::int64_t step, const torch::Tensor& found_inf);

  std::shared_ptr<model::Codec> codec_;
  config::CodecSettings settings_;
  std::uint64_t seed_;
  device::Precision precision_;
  RatePlan rate_;
  AdamW optimizer_;
  model::CodebookUpdate codebook_update_;
  std::int64_t steps_done_ = 0;
  torch::Tensor sums_;                     // float32 [3]: loss, mel_loss, commit_loss of the step so far
  std::vector<Chosen> chosen_;             // one for each micro-batch of the step so far
  std::deque<torch::Tensor> recent_mels_;  // the last batches before the first codebook
  device::SpanRecorder* spans_;
};

}  // namespace myxtts::training
