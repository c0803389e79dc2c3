#pragma once
// Batches for the voice model: codes by the frozen codec, text tokens, prompt mels, packed with targets and weights.

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
  bool random_prompts = true;  // false: each clip's prompt by a fixed rule (validation, evaluate)
  config::AugmentationSettings augmentation = {};
  RowGroups groups = {};
  std::int64_t cache_bytes = 0;  // 0 with augmentation: what it changes is not the clip's for ever
};

// Which piece of which clip is a row's prompt, in samples at 22,050 Hz of that clip at the row's speed.
struct PromptPiece {
  std::uint32_t clip = 0;
  std::int64_t first_sample = 0;
  std::int64_t samples = 0;
};

// What is decided about a row before anything is decoded.
struct RowPlan {
  // Of its speech and its prompt alike: so the voice learns to sound as its prompt does, and a clean prompt makes clean
  // speech.
  AugmentationDraw augmentation;
  std::int64_t codes = 0;  // of its speech at its speed
  PromptPiece prompt;
  std::int64_t first_masked = 0;  // codes [first_masked, end_masked) are in the prompt and not in the loss
  std::int64_t end_masked = 0;
};

// The row of `clip` in `epoch`. A pure function.
[[nodiscard]] RowPlan plan_row(const dataset::Dataset& data, const VoicePreparationOptions& options, std::uint32_t clip,
                               std::int64_t epoch);

// Audio codes of a clip at a speed, and what a row of it costs as it was recorded: packed tokens.
[[nodiscard]] std::int64_t codes_of(const dataset::Clip& clip, std::int64_t speed_percent = 100);
[[nodiscard]] std::vector<std::int64_t> row_costs(const dataset::Dataset& data, bool text_stop_input);
// The loss targets of each row, with those left out that its own prompt masks.
[[nodiscard]] planning::TargetsOfRow row_targets(const dataset::Dataset& data, const VoicePreparationOptions& options);

class VoicePreparation final : public Preparation {
 public:
  // `codec` is frozen and belongs to the data role. The data set must outlive the preparation.
  // `spans` gets "resample" (augmentation included), "mel", "codes" and "pack"; `broken`: as ClipReader takes it.
  VoicePreparation(const dataset::Dataset& data, MelStatistics statistics, std::shared_ptr<const model::Codec> codec,
                   VoicePreparationOptions options, torch::Device device, device::SpanRecorder* spans = nullptr,
                   dataset::BrokenClips* broken = nullptr);

  [[nodiscard]] RawBatch decode(const planning::BatchPlan& plan) const override;
  [[nodiscard]] contracts::Batch prepare(RawBatch raw) override;
  [[nodiscard]] std::vector<torch::Tensor> kept_tensors() const override;
  [[nodiscard]] std::int64_t cached_bytes() const override { return cache_.used_bytes(); }

 private:
  // A row on its way: first samples [S], then mels [T, M]. The speech is undefined where the row's codes are cached.
  struct Signals {
    torch::Tensor speech;
    torch::Tensor prompt;
  };

  [[nodiscard]] RawRow decode_row(const planning::BatchPlan& plan, std::uint32_t clip) const;
  // Of a row that speaks at this speed.
  [[nodiscard]] std::optional<media::Samples> read_piece(const PromptPiece& piece, double speed) const;
  // The row's prompt. Where its recording is broken, another clip of the speaker speaks in its place, the next ones
  // first: silence would teach the voice to speak whatever it hears. Where nobody can, or the row is to hear itself,
  // it is silent, and the row teaches nothing.
  [[nodiscard]] media::Samples read_prompt(RawRow& row, const PromptPiece& piece) const;
  [[nodiscard]] std::vector<Signals> resample(const RawBatch& raw);
  // Replaces samples by the mels of the codec (speech) and of the conditioning encoder (prompt).
  void make_mels(const RawBatch& raw, std::vector<Signals>& signals) const;
  [[nodiscard]] std::vector<torch::Tensor> make_codes(const RawBatch& raw, const std::vector<Signals>& mels);
  [[nodiscard]] contracts::Batch pack_rows(const RawBatch& raw, const std::vector<Signals>& mels,
                                           const std::vector<torch::Tensor>& codes) const;
  [[nodiscard]] device::MeasuredPart measure(std::string_view part, const RawBatch& raw) const;

  const dataset::Dataset& data_;
  ClipReader reader_;
  VoicePreparationOptions options_;
  std::shared_ptr<const model::Codec> codec_;
  SpeechMels mels_;
  Augmentation augmentation_;
  torch::Tensor deviation_;  // [M]
  CodeCache cache_;
  device::SpanRecorder* spans_;
};

// The codes of a recording: as many as its samples need, one for each 1,024 at 22,050 Hz.
// Shapes: mel [T, M], divided -> int64 [codes].
[[nodiscard]] torch::Tensor encode_clip(const model::Codec& codec, const torch::Tensor& mel, std::int64_t codes);

}  // namespace myxtts::preparation
