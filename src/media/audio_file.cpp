#include "media/audio_file.hpp"

#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <string>

#include "core/error.hpp"
#include "media/decoder.hpp"

namespace myxtts::media {
namespace {

constexpr std::int64_t kBlockFrames = 1 << 16;
constexpr std::int64_t kMaxReservedFrames = 1 << 24;  // a damaged header may state any length
constexpr float kPcm16Scale = 32768.0F;

bool all_finite(std::span<const float> values) {
  return std::ranges::all_of(values, [](float value) { return std::isfinite(value); });
}

using ConsumeBlock = std::function<void(std::span<const float> interleaved)>;

void decode_blocks(Decoder& decoder, std::int64_t frames, const ConsumeBlock& consume) {
  const std::int64_t channels = decoder.info().channels;
  std::vector<float> block(static_cast<std::size_t>(std::min(frames, kBlockFrames) * channels));
  for (std::int64_t done = 0; done < frames;) {
    const auto wanted = static_cast<std::size_t>(std::min(kBlockFrames, frames - done) * channels);
    const std::int64_t read = decoder.read(std::span(block).first(wanted));
    if (read <= 0) decoder.fail("it is damaged or cut short: sample " + std::to_string(done) + " cannot be decoded");
    const auto samples = std::span<const float>(block).first(static_cast<std::size_t>(read * channels));
    if (!all_finite(samples)) decoder.fail("it holds values that are not finite (NaN or infinite)");
    consume(samples);
    done += read;
  }
}

// A file in memory, for the virtual files of libsndfile.
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
  const std::unique_ptr<Decoder> decoder = open_decoder(file);
  decoder->require_whole();
  return decoder->info();
}

void require_numbers(const core::Path& file) {
  const std::unique_ptr<Decoder> decoder = open_decoder(file);
  if (decoder->holds_floats()) decode_blocks(*decoder, decoder->info().frames, [](std::span<const float>) {});
}

Samples read_audio(const core::Path& file, std::int64_t first_frame, std::int64_t frame_count) {
  const std::unique_ptr<Decoder> decoder = open_decoder(file);
  const AudioInfo& info = decoder->info();
  if (first_frame < 0 || first_frame >= info.frames) {
    decoder->fail("sample " + std::to_string(first_frame) + " was asked for, of " + std::to_string(info.frames));
  }
  if (first_frame > 0) decoder->seek(first_frame);
  const std::int64_t left = info.frames - first_frame;
  const std::int64_t frames = frame_count == kAllFrames ? left : std::min(frame_count, left);
  Samples samples{.mono = {}, .sample_rate_hz = info.sample_rate_hz};
  samples.mono.reserve(static_cast<std::size_t>(std::min(frames, kMaxReservedFrames)));
  decode_blocks(*decoder, frames, [&](std::span<const float> block) {
    const std::vector<float> mono = mix_to_mono(block, info.channels);
    samples.mono.insert(samples.mono.end(), mono.begin(), mono.end());
  });
  return samples;
}

AudioInfo scan_audio(const core::Path& file, const ConsumeFrames& consume) {
  const std::unique_ptr<Decoder> decoder = open_decoder(file);
  decoder->require_whole();
  const AudioInfo info = decoder->info();
  decode_blocks(*decoder, info.frames, [&](std::span<const float> interleaved) { consume(info, interleaved); });
  return info;
}

std::vector<float> mix_to_mono(std::span<const float> interleaved, int channels) {
  if (channels == 1) return {interleaved.begin(), interleaved.end()};
  const auto width = static_cast<std::size_t>(channels);
  std::vector<float> mono;
  mono.reserve(interleaved.size() / width);
  for (std::size_t first = 0; first < interleaved.size(); first += width) {
    double sum = 0;
    for (const float value : interleaved.subspan(first, width)) sum += static_cast<double>(value);
    mono.push_back(static_cast<float>(sum / channels));
  }
  return mono;
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
  std::unique_ptr<SNDFILE, decltype(&sf_close)> sound(sf_open_virtual(&io, SFM_WRITE, &info, &memory), &sf_close);
  const std::vector<short> pcm = to_pcm16(mono);
  const auto count = static_cast<sf_count_t>(pcm.size());
  if (sound == nullptr || sf_writef_short(sound.get(), pcm.data(), count) != count) {
    throw core::DataError("cannot write " + file.string() + ": " + sf_strerror(sound.get()));
  }
  sound.reset();  // writes the final header
  core::write_atomically(files, file, memory.bytes);
}

}  // namespace myxtts::media
