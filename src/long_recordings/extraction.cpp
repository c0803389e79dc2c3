#include "long_recordings/extraction.hpp"

#include <algorithm>
#include <cmath>

#include "media/audio_file.hpp"

namespace myxtts::long_recordings {
namespace {

constexpr std::size_t kLevelsAtAnEnd = 2;

std::int64_t frame_at(double seconds, int sample_rate_hz) { return std::llround(seconds * sample_rate_hz); }

bool are_silent(std::span<const float> levels_db, const SpeechThreshold& threshold) {
  return std::ranges::all_of(levels_db, [&](float level) { return level <= threshold.speech_db; });
}

}  // namespace

bool is_cut_in_silence(std::span<const float> clip, int sample_rate_hz, const SpeechThreshold& at_begin,
                       const SpeechThreshold& at_end) {
  LevelMeter meter(sample_rate_hz);
  meter.push(clip);
  const std::span<const float> levels = meter.levels_db();
  return levels.size() > kLevelsAtAnEnd && are_silent(levels.first(kLevelsAtAnEnd), at_begin) &&
         are_silent(levels.last(kLevelsAtAnEnd), at_end);
}

void extract_intervals(const core::Path& recording, std::span<const Interval> intervals, const TakeClip& take) {
  std::size_t index = 0;
  std::int64_t position = 0;
  std::vector<float> clip;
  int rate = 0;
  const auto finish = [&] {
    if (!clip.empty()) take(index, clip, rate);
    clip.clear();
    ++index;
  };
  (void)media::scan_audio(recording, [&](const media::AudioInfo& info, std::span<const float> interleaved) {
    const std::vector<float> block = media::mix_to_mono(interleaved, info.channels);
    rate = info.sample_rate_hz;
    const std::int64_t block_end = position + static_cast<std::int64_t>(block.size());
    while (index < intervals.size()) {
      const std::int64_t begin = std::max(frame_at(intervals[index].begin_seconds, rate), position);
      const std::int64_t end = frame_at(intervals[index].end_seconds, rate);
      if (begin >= block_end) break;
      clip.insert(clip.end(), block.begin() + (begin - position),
                  block.begin() + (std::min(end, block_end) - position));
      if (end > block_end) break;
      finish();
    }
    position = block_end;
  });
  if (!clip.empty()) finish();
}

}  // namespace myxtts::long_recordings
