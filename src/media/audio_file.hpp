#pragma once
// Audio files and samples: WAV, FLAC, Ogg (Vorbis, Opus), MP3, AIFF, and whatever else libsndfile opens.

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

// Reads a file's header and its last frame, so that a file cut short is found without decoding all of it. An MP3's
// length is counted in its stream.
// Throws: DataError that names the file and why it cannot be used. Thread: thread-safe.
[[nodiscard]] AudioInfo probe(const core::Path& file);

// Decodes the whole of a file of floating-point samples, of which any may be no number. Others are not looked into.
// Throws: DataError as read_audio does. Thread: thread-safe.
void require_numbers(const core::Path& file);

// Decodes a part of a file (the whole by default, less where it ends earlier); channels are averaged.
// Units: first_frame and frame_count at the file's own rate.
// Throws: DataError that names the file, also for a body that is damaged, cut short or holds a value that is not
// finite, and for a part that begins after the end. Thread: thread-safe.
[[nodiscard]] Samples read_audio(const core::Path& file, std::int64_t first_frame = 0,
                                 std::int64_t frame_count = kAllFrames);

// Decodes a whole file, once, and hands its samples over as they come: whole frames, channels interleaved.
// Throws: DataError as read_audio does, and whatever `consume` throws. Thread: thread-safe.
using ConsumeFrames = std::function<void(const AudioInfo& info, std::span<const float> interleaved)>;
AudioInfo scan_audio(const core::Path& file, const ConsumeFrames& consume);

// The average of the channels. Shapes: interleaved: frames * channels.
[[nodiscard]] std::vector<float> mix_to_mono(std::span<const float> interleaved, int channels);

// Writes mono 16-bit PCM, clipped to full scale; after a crash the old or the new file is there whole.
// Throws: DataError for samples that are not finite, core::Error where the file cannot be written.
void write_wav(core::FileSystem& files, const core::Path& file, std::span<const float> mono, int sample_rate_hz);

}  // namespace myxtts::media
