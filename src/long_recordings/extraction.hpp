#pragma once
// Extracts clips from a recording while it is decoded.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/file_system.hpp"
#include "long_recordings/pauses.hpp"
#include "long_recordings/speech_level.hpp"

namespace myxtts::long_recordings {

// Whether a clip begins and ends in silence: the level at each of its two ends is under the level of speech there.
[[nodiscard]] bool is_cut_in_silence(std::span<const float> clip, int sample_rate_hz, const SpeechThreshold& at_begin,
                                     const SpeechThreshold& at_end);

// Decodes `recording` once, in blocks, and passes the samples of each interval to `take`. The intervals must be in
// order and must not overlap; one that extends past the end of the recording is truncated.
// Throws: core::DataError if the recording cannot be decoded, and what `take` throws.
using TakeClip = std::function<void(std::size_t index, std::span<const float> mono, int sample_rate_hz)>;
void extract_intervals(const core::Path& recording, std::span<const Interval> intervals, const TakeClip& take);

}  // namespace myxtts::long_recordings
