#pragma once
// Prepares batches for the codec: random crops of mels, all of one length.

#include "config/settings.hpp"
#include "dataset/dataset.hpp"
#include "device/span_recorder.hpp"
#include "preparation/augmentation.hpp"
#include "preparation/preparation.hpp"
#include "preparation/speech_mels.hpp"

namespace myxtts::preparation {

struct CodecPreparationOptions {
  std::int64_t crop_frames = 192;
  std::uint64_t seed = 1;
  std::uint32_t stage = 0;
  bool random_crops = true;  // false: crops begin at the clip's start (validation)
  config::AugmentationSettings augmentation = {};
};

class CodecPreparation final : public Preparation {
 public:
  // The data set must outlive the preparation. `broken`: see ClipReader. `spans` records "resample" (including
  // augmentation), "mel" and "pack".
  CodecPreparation(const dataset::Dataset& data, MelStatistics statistics, const CodecPreparationOptions& options,
                   torch::Device device, device::SpanRecorder* spans = nullptr, dataset::BrokenClips* broken = nullptr);

  [[nodiscard]] RawBatch decode(const planning::BatchPlan& plan) const override;
  [[nodiscard]] contracts::Batch prepare(RawBatch raw) override;
  [[nodiscard]] std::vector<torch::Tensor> kept_tensors() const override { return {standard_deviation_, silence_}; }

 private:
  [[nodiscard]] RawRow decode_row(const planning::BatchPlan& plan, std::uint32_t clip) const;
  // Augmented samples [S] of each row, on the device.
  [[nodiscard]] std::vector<torch::Tensor> resample(const RawBatch& raw);
  // Mels [T, M], divided by the standard deviation.
  [[nodiscard]] std::vector<torch::Tensor> make_mels(const RawBatch& raw, const std::vector<torch::Tensor>& samples);
  // Crops of the mels; shorter mels are padded with silence.
  [[nodiscard]] contracts::Batch pack_crops(const RawBatch& raw, const std::vector<torch::Tensor>& mels) const;

  const dataset::Dataset& data_;
  ClipReader reader_;
  CodecPreparationOptions options_;
  SpeechMels mels_;
  Augmentation augmentation_;
  torch::Tensor standard_deviation_;  // [M]
  torch::Tensor silence_;             // [M]: the mel of silence, divided; pads clips that are shorter than a crop
  device::SpanRecorder* spans_;
};

}  // namespace myxtts::preparation
