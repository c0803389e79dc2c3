#include "dataset/dataset.hpp"

#include <algorithm>
#include <utility>

#include "core/error.hpp"

namespace myxtts::dataset {

Dataset::Dataset(std::vector<Clip> clips) : clips_(std::move(clips)) {
  for (std::size_t i = 0; i < clips_.size(); ++i) {
    by_speaker_[clips_[i].speaker].push_back(static_cast<std::uint32_t>(i));
  }
}

std::vector<std::string> Dataset::ids() const {
  std::vector<std::string> ids;
  ids.reserve(size());
  for (const Clip& clip : clips_) ids.push_back(clip.id);
  return ids;
}

double Dataset::total_seconds() const {
  double seconds = 0;
  for (const Clip& clip : clips_) seconds += clip.audio.seconds();
  return seconds;
}

std::vector<double> Dataset::weights() const {
  std::vector<double> weights;
  for (const Clip& clip : clips_) weights.push_back(clip.weight);
  if (std::ranges::all_of(weights, [](double weight) { return weight == 1; })) weights.clear();
  return weights;
}

Utterance Dataset::get(std::size_t index, const FrameSpan& span) const {
  const Clip& source = clip(index);
  Utterance utterance{.clip = &source, .samples = media::read_audio(source.file, span.first, span.count)};
  const std::int64_t left = source.audio.frames - span.first;
  const std::int64_t expected = span.count == media::kAllFrames ? left : std::min(span.count, left);
  if (utterance.samples.sample_rate_hz != source.audio.sample_rate_hz ||
      static_cast<std::int64_t>(utterance.samples.mono.size()) != expected) {
    throw core::DataError({.what = "the recording has changed since it was checked",
                           .where = source.file.string(),
                           .value = {},
                           .expected = {},
                           .advice = "Start again (with --resume), and leave the data alone while it is used."});
  }
  return utterance;
}

std::span<const std::uint32_t> Dataset::clips_of_speaker(std::size_t index) const {
  return by_speaker_.at(clip(index).speaker);
}

Dataset Dataset::subset(std::span<const std::uint32_t> indices) const {
  std::vector<Clip> chosen;
  chosen.reserve(indices.size());
  for (const std::uint32_t index : indices) chosen.push_back(clip(index));
  return Dataset(std::move(chosen));
}

}  // namespace myxtts::dataset
