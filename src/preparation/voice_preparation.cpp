#include "preparation/voice_preparation.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "architecture/voice_row.hpp"
#include "device/precision.hpp"
#include "planning/prompts.hpp"

namespace myxtts::preparation {
namespace {

std::int64_t samples_of(const dataset::Clip& clip, std::int64_t speed_percent) {
  const std::int64_t recorded = planning::resampled_length(clip.audio.frames, clip.audio.sample_rate_hz, kSampleRateHz);
  return samples_at_speed(recorded, speed_percent);
}

bool prompts_itself(const VoicePreparationOptions& options) { return options.conditioning.prompt_from == "itself"; }

// A piece of the clip itself.
PromptPiece own_prompt(const dataset::Dataset& data, const VoicePreparationOptions& options,
                       const planning::EpochKey& key, std::uint32_t clip, std::int64_t speed_percent) {
  const std::int64_t samples = samples_of(data.clip(clip), speed_percent);
  const planning::Crop crop = options.random_prompts ? planning::draw_own_piece(key, clip, samples, kSampleRateHz)
                                                     : planning::own_piece_for_evaluation(samples, kSampleRateHz);
  return {clip, crop.first, crop.count};
}

// A piece of another clip of the speaker, if there is one.
PromptPiece prompt_of_speaker(const dataset::Dataset& data, const VoicePreparationOptions& options,
                              const planning::EpochKey& key, std::uint32_t clip, std::int64_t speed_percent) {
  const auto same_speaker = data.clips_of_speaker(clip);
  planning::PromptDraw draw{planning::next_of_speaker(clip, same_speaker), 0};
  if (options.random_prompts) draw = planning::draw_prompt(key, clip, same_speaker);
  const auto wanted = static_cast<std::int64_t>(std::lround(options.conditioning.prompt_seconds * kSampleRateHz));
  const std::int64_t samples = samples_of(data.clip(draw.clip), speed_percent);
  const planning::Crop crop = planning::crop_at(draw.start_share, samples, wanted);
  return {draw.clip, crop.first, crop.count};
}

// The range of codes that overlap with a piece of the clip itself.
std::pair<std::int64_t, std::int64_t> masked_codes(const PromptPiece& piece, std::int64_t codes) {
  const std::int64_t first = piece.first_sample / architecture::kSamplesPerCode;
  const std::int64_t end = planning::codes_of_samples(piece.first_sample + piece.samples);
  return {std::min(first, codes), std::min(end, codes)};
}

// Whether codes of the prompt are excluded from the loss: in training with the xtts rule; evaluation measures every
// target.
bool masks_prompt(const VoicePreparationOptions& options) { return prompts_itself(options) && options.random_prompts; }

}  // namespace

std::int64_t codes_of(const dataset::Clip& clip, std::int64_t speed_percent) {
  return planning::codes_of_samples(samples_of(clip, speed_percent));
}

RowPlan plan_row(const dataset::Dataset& data, const VoicePreparationOptions& options, std::uint32_t clip,
                 std::int64_t epoch) {
  const planning::EpochKey key{options.seed, options.stage, epoch};
  RowPlan row;
  row.augmentation = draw_augmentation(options.augmentation, key, clip);
  row.codes = codes_of(data.clip(clip), row.augmentation.speed_percent);
  row.prompt = prompts_itself(options) ? own_prompt(data, options, key, clip, row.augmentation.speed_percent)
                                       : prompt_of_speaker(data, options, key, clip, row.augmentation.speed_percent);
  if (masks_prompt(options)) std::tie(row.first_masked, row.end_masked) = masked_codes(row.prompt, row.codes);
  return row;
}

std::vector<std::int64_t> row_costs(const dataset::Dataset& data, bool text_stop_input) {
  std::vector<std::int64_t> costs;
  for (const dataset::Clip& clip : data.clips()) {
    costs.push_back(packed_tokens(static_cast<std::int64_t>(clip.tokens.size()), codes_of(clip), text_stop_input));
  }
  return costs;
}

planning::TargetsOfRow row_targets(const dataset::Dataset& data, const VoicePreparationOptions& options) {
  return [&data, options](std::uint32_t clip, std::int64_t epoch) {
    const RowPlan row = plan_row(data, options, clip, epoch);
    auto targets = unmasked_targets(static_cast<std::int64_t>(data.clip(clip).tokens.size()), row.codes);
    targets.audio -= row.end_masked - row.first_masked;
    return targets;
  };
}

torch::Tensor encode_clip(const model::Codec& codec, const torch::Tensor& mel, std::int64_t codes) {
  const device::FullPrecision full_precision;
  return codec.codes(mel.t().unsqueeze(0)).squeeze(0).narrow(0, 0, codes).clone();
}

VoicePreparation::VoicePreparation(const dataset::Dataset& data, MelStatistics statistics,
                                   std::shared_ptr<const model::Codec> codec, VoicePreparationOptions options,
                                   torch::Device device, device::SpanRecorder* spans, dataset::BrokenClips* broken)
    : data_(data),
      reader_(data, broken),
      options_(std::move(options)),
      codec_(std::move(codec)),
      mels_(device),
      augmentation_(device),
      standard_deviation_(statistics.standard_deviation.to(device, torch::kFloat32, false, true)),
      silence_(mel_of_silence(standard_deviation_)),
      cache_(options_.cache_bytes),
      spans_(spans) {}

RawBatch VoicePreparation::decode(const planning::BatchPlan& plan) const {
  RawBatch raw;
  raw.plan = plan;
  for (const std::uint32_t clip : plan.clips) raw.rows.push_back(decode_row(plan, clip));
  return raw;
}

RawRow VoicePreparation::decode_row(const planning::BatchPlan& plan, std::uint32_t clip) const {
  const RowPlan planned = plan_row(data_, options_, clip, plan.epoch);
  RawRow row;
  row.clip = clip;
  row.augmentation = planned.augmentation;
  row.codes = planned.codes;
  row.first_masked = planned.first_masked;
  row.end_masked = planned.end_masked;
  if (!cache_.contains(clip)) row.speech = reader_.read_speech(row);
  row.prompt = read_prompt(row, planned.prompt);
  return row;
}

std::optional<media::Samples> VoicePreparation::read_piece(const PromptPiece& piece, double speed) const {
  const double ratio = speed * static_cast<double>(data_.clip(piece.clip).audio.sample_rate_hz) / kSampleRateHz;
  const auto native = [&](std::int64_t samples) {
    return static_cast<std::int64_t>(std::floor(static_cast<double>(samples) * ratio));
  };
  return reader_.read(piece.clip, {native(piece.first_sample), native(piece.samples)});
}

media::Samples VoicePreparation::read_prompt(RawRow& row, const PromptPiece& piece) const {
  const double speed = row.augmentation.speed();
  if (auto prompt = read_piece(piece, speed)) return std::move(*prompt);
  if (!prompts_itself(options_)) {
    const auto same_speaker = data_.clips_of_speaker(row.clip);
    for (std::uint32_t other = planning::next_of_speaker(piece.clip, same_speaker); other != piece.clip;
         other = planning::next_of_speaker(other, same_speaker)) {
      if (auto prompt = read_piece({other, 0, piece.samples}, speed)) return std::move(*prompt);
    }
  }
  row.is_broken = true;
  return {.mono = std::vector<float>(static_cast<std::size_t>(piece.samples)), .sample_rate_hz = kSampleRateHz};
}

device::MeasuredPart VoicePreparation::measure(std::string_view part, const RawBatch& raw) const {
  return {spans_, part, raw.plan.sequence, device::Stream::kData};
}

std::vector<VoicePreparation::Signals> VoicePreparation::resample(const RawBatch& raw) {
  const device::MeasuredPart part = measure("resample", raw);
  std::vector<Signals> signals;
  for (const RawRow& row : raw.rows) {
    Signals& made = signals.emplace_back();
    if (!cache_.find(row.clip).defined()) made.speech = augmentation_(mels_.resampled(row.speech), row.augmentation);
    AugmentationDraw of_prompt = row.augmentation;
    ++of_prompt.noise_seed;  // noise of the same kind, but with other samples than in the speech
    made.prompt = augmentation_(mels_.resampled(row.prompt), of_prompt);
    if (prompts_itself(options_)) {
      const auto full = std::int64_t{architecture::kMaxOwnPromptSeconds} * kSampleRateHz;
      const std::int64_t missing = std::max<std::int64_t>(0, full - made.prompt.size(0));
      made.prompt = torch::constant_pad_nd(made.prompt, {0, missing});
    }
  }
  return signals;
}

void VoicePreparation::make_mels(const RawBatch& raw, std::vector<Signals>& signals) const {
  const device::MeasuredPart part = measure("mel", raw);
  for (Signals& row : signals) {
    if (row.speech.defined()) row.speech = audio::normalise(mels_.codec_mel(row.speech), standard_deviation_);
    row.prompt = audio::normalise(mels_.conditioning_mel(row.prompt), standard_deviation_);
  }
}

std::vector<torch::Tensor> VoicePreparation::make_codes(const RawBatch& raw, const std::vector<Signals>& mels) {
  const device::MeasuredPart part = measure("codes", raw);
  std::vector<torch::Tensor> codes;
  for (std::size_t r = 0; r < mels.size(); ++r) {
    const RawRow& row = raw.rows[r];
    if (mels[r].speech.defined()) {
      // One clip at a time, so that the shapes, and with them the codes, do not depend on the rest of the batch.
      codes.push_back(encode_clip(*codec_, of_few_lengths(mels[r].speech), row.codes));
      if (!row.is_broken) cache_.insert(row.clip, codes.back());
    } else {
      codes.push_back(cache_.find(row.clip));
    }
  }
  return codes;
}

torch::Tensor VoicePreparation::of_few_lengths(const torch::Tensor& mel) const {
  constexpr std::int64_t kStepFrames = 64;
  const std::int64_t missing = (kStepFrames - mel.size(0) % kStepFrames) % kStepFrames;
  if (!options_.packing.few_sizes || missing == 0) return mel;
  return torch::cat({mel, silence_.expand({missing, -1})});
}

contracts::Batch VoicePreparation::pack_rows(const RawBatch& raw, const std::vector<Signals>& mels,
                                             const std::vector<torch::Tensor>& codes) const {
  const device::MeasuredPart part = measure("pack", raw);
  std::vector<VoiceRow> rows;
  contracts::Batch batch{header_of(raw), {}};
  for (std::size_t r = 0; r < raw.rows.size(); ++r) {
    const RawRow& row = raw.rows[r];
    const dataset::Clip& clip = data_.clip(row.clip);
    rows.push_back({.text = clip.tokens,
                    .codes = codes[r],
                    .prompt = mels[r].prompt,
                    .first_masked = row.first_masked,
                    .end_masked = row.end_masked,
                    .is_broken = row.is_broken});
    if (!row.is_broken) batch.header.audio_seconds += clip.audio.seconds() / row.augmentation.speed();
  }
  contracts::VoiceBatch payload =
      pack_groups(rows, options_.groups, options_.packing, raw.plan.step_text_targets, raw.plan.step_audio_targets);
  for (const contracts::PackedRows& group : payload.groups) {
    batch.header.positions += group.order.size(0);
    batch.header.real_positions += group.row_offsets.back();
  }
  batch.payload = std::move(payload);
  return batch;
}

contracts::Batch VoicePreparation::prepare(RawBatch raw) {
  const torch::NoGradGuard no_grad;
  std::vector<Signals> signals = resample(raw);
  make_mels(raw, signals);
  const std::vector<torch::Tensor> codes = make_codes(raw, signals);
  contracts::Batch batch = pack_rows(raw, signals, codes);
  contracts::validate(batch);
  return batch;
}

std::vector<torch::Tensor> VoicePreparation::kept_tensors() const {
  std::vector<torch::Tensor> tensors = cache_.tensors();
  tensors.push_back(standard_deviation_);
  tensors.push_back(silence_);
  for (const torch::Tensor& tensor : codec_->parameters()) tensors.push_back(tensor);
  for (const torch::Tensor& tensor : codec_->buffers()) tensors.push_back(tensor);
  return tensors;
}

}  // namespace myxtts::preparation
