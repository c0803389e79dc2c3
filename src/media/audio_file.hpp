#pragma once
// Audio files and samples: WAV, FLAC, Ogg (Vorbis, Opus), MP3, AIFF, and other formats that libsndfile opens.

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/file_system.hpp"

namespace myxtts::media {

struct AudioInfo {
  int sample_rate_hz = 0;
  int channels = 0;
  std::int64_t frames = 0;  // samples of one channel

  [[nodiscard]] double seconds() const { return static_cast<double>(frames) / sample_rate_hz; }
};

struct Samples {
  std::vector<float> mono;  // full scale is 1
  int sample_rate_hz = 0;
};

inline constexpr std::int64_t kAllFrames = -1;

// Reads a file's header and its last frame, so that a truncated file is found without decoding all of it. The length of
// an MP3 is counted in its stream.
// Throws: DataError that names the file and why it cannot be used. Thread: thread-safe.
[[nodiscard]] AudioInfo probe(const core::Path& file);

// Decodes all of a file with floating-point samples, because any of them may be NaN or infinite. Other files are not
// decoded.
// Throws: DataError as read_audio does. Thread: thread-safe.
void require_numbers(const core::Path& file);

// Decodes a part of a file (all of it by default, less if it ends earlier) and averages the channels.
// Units: first_frame and frame_count at the file's own rate.
// Throws: DataError that names the file, also for a body that is damaged, truncated or holds a value that is not
// finite, and for a part that begins after the end. Thread: thread-safe.
[[nodiscard]] Samples read_audio(const core::Path& file, std::int64_t first_frame = 0,
                                 std::int64_t frame_count = kAllFrames);

// Decodes a whole file once, and passes its samples to `consume` block by block: whole frames, channels interleaved.
// Throws: DataError as read_audio does, and what `consume` throws. Thread: thread-safe.
using ConsumeFrames = std::function<void(const AudioInfo& info, std::span<const float> interleaved)>;
AudioInfo scan_audio(const core::Path& file, const ConsumeFrames& consume);

// The average of the channels. Shapes: interleaved: frames * channels.
[[nodiscard]] std::vector<float> mix_to_mono(std::span<const float> interleaved, int channels);

// Writes mono 16-bit PCM, clipped to full scale; after a crash either the old or the new file is complete.
// Throws: DataError for samples that are not finite, core::Error if the file cannot be written.
void write_wav(core::FileSystem& files, const core::Path& file, std::span<const float> mono, int sample_rate_hz);

}  // namespace myxtts::media
