#pragma once
// Clips out of the samples of a recording, as they stream past.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/file_system.hpp"
#include "long_recordings/pauses.hpp"
#include "long_recordings/speech_level.hpp"

namespace myxtts::long_recordings {

// Whether a clip begins and ends in silence: the level of each of its two ends is under what speech has there.
[[nodiscard]] bool is_cut_in_silence(std::span<const float> clip, int sample_rate_hz, const SpeechThreshold& at_begin,
                                     const SpeechThreshold& at_end);

// Decodes `recording` once, in blocks, and hands over the samples of each interval. The intervals are in order and do
// not overlap; one that reaches behind the end of the recording is cut short.
// Throws: core::DataError where the recording cannot be decoded, and what `take` throws.
using TakeClip = std::function<void(std::size_t index, std::span<const float> mono, int sample_rate_hz)>;
void extract_intervals(const core::Path& recording, std::span<const Interval> intervals, const TakeClip& take);

}  // namespace myxtts::long_recordings
