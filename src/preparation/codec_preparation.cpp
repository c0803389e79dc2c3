#include "preparation/codec_preparation.hpp"

#include <algorithm>

#include "architecture/speech.hpp"
#include "core/random.hpp"
#include "planning/prompts.hpp"

namespace myxtts::preparation {
namespace {

using architecture::kHopSamples;

// The mel window of a frame this near to a cut (in hops) would contain the cut; such frames are computed and dropped.
constexpr std::int64_t kMarginFrames = 4;

}  // namespace

CodecPreparation::CodecPreparation(const dataset::Dataset& data, MelStatistics statistics,
                                   const CodecPreparationOptions& options, torch::Device device,
                                   device::SpanRecorder* spans, dataset::BrokenClips* broken)
    : data_(data),
      reader_(data, broken),
      options_(options),
      mels_(device),
      augmentation_(device),
      standard_deviation_(statistics.standard_deviation.to(device, torch::kFloat32, false, true)),
      silence_(mel_of_silence(standard_deviation_)),
      spans_(spans) {}

RawRow CodecPreparation::decode_row(const planning::BatchPlan& plan, std::uint32_t clip) const {
  const media::AudioInfo& audio = data_.clip(clip).audio;
  core::CounterRandom random(
      {options_.seed, options_.stage, static_cast<std::uint64_t>(plan.epoch), clip, core::Purpose::kCrop});
  const double start_share = options_.random_crops ? random.uniform() : 0;
  RawRow row;
  row.clip = clip;
  row.augmentation = draw_augmentation(options_.augmentation, {options_.seed, options_.stage, plan.epoch}, clip);
  const std::int64_t samples = samples_at_speed(
      planning::resampled_length(audio.frames, audio.sample_rate_hz, kSampleRateHz), row.augmentation.speed_percent);
  const planning::Crop crop = planning::crop_at(start_share, samples / kHopSamples + 1, options_.crop_frames);
  row.first_frame = crop.first;
  dataset::FrameSpan span;
  // A recording that is resampled or augmented is decoded as a whole, because a cut would change the result.
  if (audio.sample_rate_hz == kSampleRateHz && !row.augmentation.changes_anything()) {
    const std::int64_t margin = std::min(crop.first, kMarginFrames);
    span.first = (crop.first - margin) * kHopSamples;
    span.count = std::min(audio.frames - span.first, (margin + crop.count + kMarginFrames) * kHopSamples);
    row.first_frame = margin;
  }
  row.speech = reader_.read_speech(row, span);
  return row;
}

RawBatch CodecPreparation::decode(const planning::BatchPlan& plan) const {
  RawBatch raw;
  raw.plan = plan;
  for (const std::uint32_t clip : plan.clips) raw.rows.push_back(decode_row(plan, clip));
  return raw;
}

std::vector<torch::Tensor> CodecPreparation::resample(const RawBatch& raw) {
  const device::MeasuredPart part(spans_, "resample", raw.plan.sequence, device::Stream::kData);
  std::vector<torch::Tensor> samples;
  for (const RawRow& row : raw.rows) samples.push_back(augmentation_(mels_.resampled(row.speech), row.augmentation));
  return samples;
}

std::vector<torch::Tensor> CodecPreparation::make_mels(const RawBatch& raw, const std::vector<torch::Tensor>& samples) {
  const device::MeasuredPart part(spans_, "mel", raw.plan.sequence, device::Stream::kData);
  std::vector<torch::Tensor> mels;
  for (const torch::Tensor& row : samples) mels.push_back(audio::normalise(mels_.codec_mel(row), standard_deviation_));
  return mels;
}

contracts::Batch CodecPreparation::pack_crops(const RawBatch& raw, const std::vector<torch::Tensor>& mels) const {
  const device::MeasuredPart part(spans_, "pack", raw.plan.sequence, device::Stream::kData);
  const auto rows = static_cast<std::int64_t>(raw.rows.size());
  const std::int64_t frames = options_.crop_frames;
  contracts::CodecBatch payload;
  payload.mels = silence_.view({1, -1, 1}).repeat({rows, 1, frames});
  payload.frame_weights = torch::zeros({rows, frames}, standard_deviation_.options());
  std::int64_t real_frames = 0;
  for (std::int64_t r = 0; r < rows; ++r) {
    const torch::Tensor& mel = mels[static_cast<std::size_t>(r)];
    const RawRow& row = raw.rows[static_cast<std::size_t>(r)];
    if (row.is_broken) continue;
    const std::int64_t first = row.first_frame;
    const std::int64_t count = std::min(frames, mel.size(0) - first);
    payload.mels[r].narrow(1, 0, count).copy_(mel.narrow(0, first, count).t());
    payload.frame_weights[r].narrow(0, 0, count).fill_(1);
    real_frames += count;
  }
  payload.frame_weights /= static_cast<double>(std::max<std::int64_t>(1, real_frames));
  contracts::Batch batch{header_of(raw), std::move(payload)};
  batch.header.audio_seconds = static_cast<double>(real_frames * kHopSamples) / kSampleRateHz;
  batch.header.positions = rows * frames;
  batch.header.real_positions = real_frames;
  return batch;
}

contracts::Batch CodecPreparation::prepare(RawBatch raw) {
  const torch::NoGradGuard no_grad;
  contracts::Batch batch = pack_crops(raw, make_mels(raw, resample(raw)));
  contracts::validate(batch);
  return batch;
}

}  // namespace myxtts::preparation
