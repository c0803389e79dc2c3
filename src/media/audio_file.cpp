#include "media/audio_file.hpp"

#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace myxtts::media {
namespace {

constexpr std::int64_t kBlockFrames = 1 << 16;
constexpr std::int64_t kMostReservedFrames = 1 << 24;  // a damaged header may promise any length
constexpr float kPcm16Scale = 32768.0F;

[[noreturn]] void fail(const core::Path& file, const std::string& reason) {
  throw core::DataError("cannot use the recording " + file.string() + ": " + reason);
}

struct CloseSound {
  void operator()(SNDFILE* sound) const { sf_close(sound); }
};
using Sound = std::unique_ptr<SNDFILE, CloseSound>;

void require_regular_file(const core::Path& file) {
  std::error_code code;
  const auto status = std::filesystem::status(file, code);
  if (status.type() == std::filesystem::file_type::not_found) fail(file, "there is no such file");
  if (code) fail(file, code.message());
  if (!std::filesystem::is_regular_file(status)) fail(file, "it is not a regular file");
  if (std::filesystem::file_size(file, code) == 0 && !code) fail(file, "the file is empty");
}

Sound open(const core::Path& file, SF_INFO& info) {
  require_regular_file(file);
  info = SF_INFO{};
  Sound sound(sf_open(file.c_str(), SFM_READ, &info));
  if (sound == nullptr) fail(file, "not audio that can be read (" + std::string(sf_strerror(nullptr)) + ")");
  if (info.samplerate <= 0 || info.channels <= 0) fail(file, "its header has no sample rate or no channels");
  if (info.frames <= 0) fail(file, "it holds no samples");
  if (info.frames == SF_COUNT_MAX) fail(file, "its header does not say how long it is");
  return sound;
}

bool is_wav(int format) {
  const int container = format & SF_FORMAT_TYPEMASK;
  return container == SF_FORMAT_WAV || container == SF_FORMAT_WAVEX;
}

bool holds_floats(int format) {
  const int coding = format & SF_FORMAT_SUBMASK;
  return coding == SF_FORMAT_FLOAT || coding == SF_FORMAT_DOUBLE;
}

// libsndfile shortens a RIFF file that was cut off without a word, so its size is compared with what it promises.
// Sizes near 2 and 4 GiB are what programs write that do not know the length yet.
void require_whole_riff(const core::Path& file) {
  constexpr std::uint32_t kUnknownSize = 0x7FFFF000;
  unsigned char header[8] = {};
  std::ifstream stream(file, std::ios::binary);
  if (!stream.read(reinterpret_cast<char*>(header), sizeof header)) fail(file, "it cannot be read");
  if (std::memcmp(header, "RIFF", 4) != 0) return;
  std::uint32_t promised = 0;
  for (int byte = 7; byte >= 4; --byte) promised = promised << 8 | header[byte];
  constexpr std::uint64_t kBeforeSize = 8;
  constexpr std::uint64_t kPadding = 1;
  const std::uint64_t actual = std::filesystem::file_size(file);
  if (promised < kUnknownSize && promised + kBeforeSize > actual + kPadding) {
    fail(file, "it is cut short: " + std::to_string(actual) + " of " + std::to_string(promised + kBeforeSize) +
                   " bytes are there");
  }
}

void require_last_frame(const core::Path& file, SNDFILE* sound, const SF_INFO& info) {
  if (info.seekable == 0) return;
  std::vector<float> frame(static_cast<std::size_t>(info.channels));
  if (sf_seek(sound, info.frames - 1, SEEK_SET) != info.frames - 1 || sf_readf_float(sound, frame.data(), 1) != 1) {
    fail(file, "it is damaged or cut short: its last sample cannot be decoded");
  }
}

void append_mono(std::vector<float>& mono, std::span<const float> interleaved, int channels) {
  if (channels == 1) {
    mono.insert(mono.end(), interleaved.begin(), interleaved.end());
    return;
  }
  const auto width = static_cast<std::size_t>(channels);
  for (std::size_t first = 0; first < interleaved.size(); first += width) {
    double sum = 0;
    for (const float value : interleaved.subspan(first, width)) sum += static_cast<double>(value);
    mono.push_back(static_cast<float>(sum / channels));
  }
}

bool all_finite(std::span<const float> values) {
  return std::ranges::all_of(values, [](float value) { return std::isfinite(value); });
}

using ConsumeBlock = std::function<void(std::span<const float> interleaved)>;

void decode_blocks(const core::Path& file, SNDFILE* sound, int channels, std::int64_t frames,
                   const ConsumeBlock& consume) {
  std::vector<float> block(static_cast<std::size_t>(std::min(frames, kBlockFrames) * channels));
  for (std::int64_t done = 0; done < frames;) {
    const std::int64_t read = sf_readf_float(sound, block.data(), std::min(kBlockFrames, frames - done));
    if (read <= 0) fail(file, "it is damaged or cut short: sample " + std::to_string(done) + " cannot be decoded");
    const auto samples = std::span<const float>(block).first(static_cast<std::size_t>(read * channels));
    if (!all_finite(samples)) fail(file, "it holds values that are not finite (NaN or infinite)");
    consume(samples);
    done += read;
  }
}

std::vector<float> decode(const core::Path& file, SNDFILE* sound, int channels, std::int64_t frames) {
  std::vector<float> mono;
  mono.reserve(static_cast<std::size_t>(std::min(frames, kMostReservedFrames)));
  decode_blocks(file, sound, channels, frames,
                [&](std::span<const float> samples) { append_mono(mono, samples, channels); });
  return mono;
}

// A file in memory, as libsndfile wants it.
struct MemoryFile {
  std::string bytes;
  std::size_t position = 0;
};

MemoryFile& memory_of(void* user) { return *static_cast<MemoryFile*>(user); }

sf_count_t memory_size(void* user) { return static_cast<sf_count_t>(memory_of(user).bytes.size()); }

sf_count_t memory_seek(sf_count_t offset, int whence, void* user) {
  MemoryFile& memory = memory_of(user);
  if (whence == SEEK_CUR) offset += static_cast<sf_count_t>(memory.position);
  if (whence == SEEK_END) offset += memory_size(user);
  memory.position = static_cast<std::size_t>(std::max<sf_count_t>(offset, 0));
  return static_cast<sf_count_t>(memory.position);
}

sf_count_t memory_read(void* target, sf_count_t count, void* user) {
  MemoryFile& memory = memory_of(user);
  const std::size_t start = std::min(memory.position, memory.bytes.size());
  const std::size_t read = std::min(static_cast<std::size_t>(count), memory.bytes.size() - start);
  std::memcpy(target, memory.bytes.data() + start, read);
  memory.position = start + read;
  return static_cast<sf_count_t>(read);
}

sf_count_t memory_write(const void* source, sf_count_t count, void* user) {
  MemoryFile& memory = memory_of(user);
  const auto length = static_cast<std::size_t>(count);
  memory.bytes.resize(std::max(memory.bytes.size(), memory.position + length));
  std::memcpy(memory.bytes.data() + memory.position, source, length);
  memory.position += length;
  return count;
}

sf_count_t memory_tell(void* user) { return static_cast<sf_count_t>(memory_of(user).position); }

std::vector<short> to_pcm16(std::span<const float> mono) {
  std::vector<short> pcm(mono.size());
  std::ranges::transform(mono, pcm.begin(), [](float value) {
    return static_cast<short>(std::lround(std::clamp(value * kPcm16Scale, -kPcm16Scale, kPcm16Scale - 1)));
  });
  return pcm;
}

}  // namespace

AudioInfo probe(const core::Path& file) {
  SF_INFO info;
  const Sound sound = open(file, info);
  if (is_wav(info.format)) require_whole_riff(file);
  require_last_frame(file, sound.get(), info);
  return {.sample_rate_hz = info.samplerate, .channels = info.channels, .frames = info.frames};
}

void require_numbers(const core::Path& file) {
  SF_INFO info;
  const Sound sound = open(file, info);
  if (holds_floats(info.format)) (void)decode(file, sound.get(), info.channels, info.frames);
}

Samples read_audio(const core::Path& file, std::int64_t first_frame, std::int64_t frame_count) {
  SF_INFO info;
  const Sound sound = open(file, info);
  if (first_frame < 0 || first_frame >= info.frames) {
    fail(file, "sample " + std::to_string(first_frame) + " was asked for, of " + std::to_string(info.frames));
  }
  if (first_frame > 0 && sf_seek(sound.get(), first_frame, SEEK_SET) != first_frame) {
    fail(file, "it is damaged or cut short: sample " + std::to_string(first_frame) + " cannot be reached");
  }
  const std::int64_t left = info.frames - first_frame;
  const std::int64_t frames = frame_count == kAllFrames ? left : std::min(frame_count, left);
  return {.mono = decode(file, sound.get(), info.channels, frames), .sample_rate_hz = info.samplerate};
}

AudioInfo scan_audio(const core::Path& file, const ConsumeFrames& consume) {
  SF_INFO header;
  const Sound sound = open(file, header);
  if (is_wav(header.format)) require_whole_riff(file);
  const AudioInfo info{.sample_rate_hz = header.samplerate, .channels = header.channels, .frames = header.frames};
  decode_blocks(file, sound.get(), info.channels, info.frames,
                [&](std::span<const float> interleaved) { consume(info, interleaved); });
  return info;
}

void write_wav(core::FileSystem& files, const core::Path& file, std::span<const float> mono, int sample_rate_hz) {
  if (!all_finite(mono)) {
    throw core::DataError("cannot write " + file.string() + ": the samples are not finite (NaN or infinite)");
  }
  SF_VIRTUAL_IO io{memory_size, memory_seek, memory_read, memory_write, memory_tell};
  MemoryFile memory;
  SF_INFO info{};
  info.samplerate = sample_rate_hz;
  info.channels = 1;
  info.format = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
  Sound sound(sf_open_virtual(&io, SFM_WRITE, &info, &memory));
  const std::vector<short> pcm = to_pcm16(mono);
  const auto count = static_cast<sf_count_t>(pcm.size());
  if (sound == nullptr || sf_writef_short(sound.get(), pcm.data(), count) != count) {
    throw core::DataError("cannot write " + file.string() + ": " + sf_strerror(sound.get()));
  }
  sound.reset();  // writes the final header
  core::write_atomically(files, file, memory.bytes);
}

}  // namespace myxtts::media
