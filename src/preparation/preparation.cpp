#include "preparation/preparation.hpp"

#include <algorithm>
#include <utility>

namespace myxtts::preparation {

std::optional<media::Samples> ClipReader::read(std::uint32_t clip, const dataset::FrameSpan& span) const {
  return broken_ == nullptr ? data_.get(clip, span).samples : broken_->read(data_, clip, span);
}

media::Samples ClipReader::read_speech(RawRow& row, const dataset::FrameSpan& span) const {
  if (auto speech = read(row.clip, span)) return std::move(*speech);
  row.is_broken = true;
  const media::AudioInfo& audio = data_.clip(row.clip).audio;
  const std::int64_t left = audio.frames - span.first;
  const std::int64_t frames = span.count == media::kAllFrames ? left : std::min(span.count, left);
  return {.mono = std::vector<float>(static_cast<std::size_t>(frames)), .sample_rate_hz = audio.sample_rate_hz};
}

contracts::BatchHeader header_of(const RawBatch& raw) {
  const planning::BatchPlan& plan = raw.plan;
  contracts::BatchHeader header;
  header.sequence = plan.sequence;
  header.epoch = plan.epoch;
  header.micro_step = plan.micro_step;
  header.micro_steps = plan.micro_steps;
  header.broken_rows = std::ranges::count_if(raw.rows, &RawRow::is_broken);
  return header;
}

}  // namespace myxtts::preparation
