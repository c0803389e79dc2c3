#pragma once
// Prepares batches for the voice model: codes from the frozen codec, text tokens, prompt mels, packed with targets and
// weights.

#include <memory>

#include "config/settings.hpp"
#include "dataset/dataset.hpp"
#include "device/span_recorder.hpp"
#include "model/codec.hpp"
#include "preparation/augmentation.hpp"
#include "preparation/code_cache.hpp"
#include "preparation/preparation.hpp"
#include "preparation/speech_mels.hpp"
#include "preparation/voice_packing.hpp"

namespace myxtts::preparation {

struct VoicePreparationOptions {
  config::ConditioningSettings conditioning;
  PackingOptions packing;
  std::uint64_t seed = 1;
  std::uint32_t stage = 0;
  bool random_prompts = true;  // false: a fixed rule chooses each clip's prompt (validation, evaluate)
  config::AugmentationSettings augmentation = {};
  RowGroups groups = {};
  std::int64_t cache_bytes = 0;  // 0 with augmentation, because codes then change from epoch to epoch
};

// The part of a clip that is a row's prompt, in samples at 22,050 Hz of that clip at the row's speed.
struct PromptPiece {
  std::uint32_t clip = 0;
  std::int64_t first_sample = 0;
  std::int64_t samples = 0;
};

// Decisions about a row, made before any decoding.
struct RowPlan {
  // The same for speech and prompt, so that the voice learns to sound like its prompt, and a clean prompt gives clean
  // speech.
  AugmentationDraw augmentation;
  std::int64_t codes = 0;  // number of codes of its speech at its speed
  PromptPiece prompt;
  std::int64_t first_masked = 0;  // codes [first_masked, end_masked) are in the prompt and excluded from the loss
  std::int64_t end_masked = 0;
};

// The plan of the row of `clip` in `epoch`. A pure function.
[[nodiscard]] RowPlan plan_row(const dataset::Dataset& data, const VoicePreparationOptions& options, std::uint32_t clip,
                               std::int64_t epoch);

// Number of audio codes of a clip at a speed; and the cost of each clip's row at its recorded length, in packed tokens.
[[nodiscard]] std::int64_t codes_of(const dataset::Clip& clip, std::int64_t speed_percent = 100);
[[nodiscard]] std::vector<std::int64_t> row_costs(const dataset::Dataset& data, bool text_stop_input);
// The number of loss targets of each row, without those that its own prompt masks.
[[nodiscard]] planning::TargetsOfRow row_targets(const dataset::Dataset& data, const VoicePreparationOptions& options);

class VoicePreparation final : public Preparation {
 public:
  // `codec` is frozen and belongs to the data role. The data set must outlive the preparation.
  // `spans` records "resample" (including augmentation), "mel", "codes" and "pack"; `broken`: see ClipReader.
  VoicePreparation(const dataset::Dataset& data, MelStatistics statistics, std::shared_ptr<const model::Codec> codec,
                   VoicePreparationOptions options, torch::Device device, device::SpanRecorder* spans = nullptr,
                   dataset::BrokenClips* broken = nullptr);

  [[nodiscard]] RawBatch decode(const planning::BatchPlan& plan) const override;
  [[nodiscard]] contracts::Batch prepare(RawBatch raw) override;
  [[nodiscard]] std::vector<torch::Tensor> kept_tensors() const override;
  [[nodiscard]] std::int64_t cached_bytes() const override { return cache_.used_bytes(); }

 private:
  // A row in preparation: first samples [S], then mels [T, M]. The speech is undefined if the row's codes are cached.
  struct Signals {
    torch::Tensor speech;
    torch::Tensor prompt;
  };

  [[nodiscard]] RawRow decode_row(const planning::BatchPlan& plan, std::uint32_t clip) const;
  // Reads a piece for a row with this speed; no value if the recording is broken.
  [[nodiscard]] std::optional<media::Samples> read_piece(const PromptPiece& piece, double speed) const;
  // Reads the row's prompt. If its recording is broken, another clip of the same speaker replaces it, tried in order,
  // because a silent prompt would teach the voice to ignore its prompt. If there is no replacement, or the prompt is
  // from the row's own clip, the prompt is silence and the row is marked broken, which excludes it from the loss.
  [[nodiscard]] media::Samples read_prompt(RawRow& row, const PromptPiece& piece) const;
  [[nodiscard]] std::vector<Signals> resample(const RawBatch& raw);
  // Replaces samples with the codec's mels (speech) and the conditioning encoder's mels (prompt).
  void make_mels(const RawBatch& raw, std::vector<Signals>& signals) const;
  [[nodiscard]] std::vector<torch::Tensor> make_codes(const RawBatch& raw, const std::vector<Signals>& mels);
  [[nodiscard]] contracts::Batch pack_rows(const RawBatch& raw, const std::vector<Signals>& mels,
                                           const std::vector<torch::Tensor>& codes) const;
  // A clip's mel [T, M], with few sizes followed by silence up to a multiple of 64 frames: cuDNN plans a convolution
  // anew for each length that it has not seen.
  [[nodiscard]] torch::Tensor of_few_lengths(const torch::Tensor& mel) const;
  [[nodiscard]] device::MeasuredPart measure(std::string_view part, const RawBatch& raw) const;

  const dataset::Dataset& data_;
  ClipReader reader_;
  VoicePreparationOptions options_;
  std::shared_ptr<const model::Codec> codec_;
  SpeechMels mels_;
  Augmentation augmentation_;
  torch::Tensor standard_deviation_;  // [M]
  torch::Tensor silence_;             // [M]: pads mels to few lengths
  CodeCache cache_;
  device::SpanRecorder* spans_;
};

// The codes of a recording: one for each 1,024 samples at 22,050 Hz.
// Shapes: mel [T, M], divided by the standard deviation -> int64 [codes].
[[nodiscard]] torch::Tensor encode_clip(const model::Codec& codec, const torch::Tensor& mel, std::int64_t codes);

}  // namespace myxtts::preparation
