#pragma once
// Batches for the codec: random crops of mels, all of one length.

#include "config/settings.hpp"
#include "dataset/dataset.hpp"
#include "preparation/preparation.hpp"
#include "preparation/speech_mels.hpp"

namespace myxtts::preparation {

struct CodecPreparationOptions {
  std::int64_t crop_frames = 192;
  std::uint64_t seed = 1;
  std::uint32_t stage = 0;
  bool random_crops = true;  // false: every crop from the clip's start (validation)
};

class CodecPreparation final : public Preparation {
 public:
  // The data set must outlive the preparation.
  CodecPreparation(const dataset::Dataset& data, MelStatistics statistics, const CodecPreparationOptions& options,
                   torch::Device device);

  [[nodiscard]] RawBatch decode(const planning::BatchPlan& plan) const override;
  [[nodiscard]] contracts::Batch prepare(RawBatch raw) override;
  [[nodiscard]] std::vector<torch::Tensor> kept_tensors() const override { return {deviation_, silence_}; }

 private:
  [[nodiscard]] RawRow decode_row(const planning::BatchPlan& plan, std::uint32_t clip) const;

  const dataset::Dataset& data_;
  CodecPreparationOptions options_;
  SpeechMels mels_;
  torch::Tensor deviation_;  // [M]
  torch::Tensor silence_;    // [M]: the mel of silence, divided; fills up clips shorter than a crop
};

}  // namespace myxtts::preparation
