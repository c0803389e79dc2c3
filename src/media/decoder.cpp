#include "media/decoder.hpp"

#include <string>
#include <utility>

namespace myxtts::media {
namespace {

unsigned byte_of(const std::string& bytes, std::size_t i) { return static_cast<unsigned char>(bytes[i]); }

// Offset of the audio: after an ID3v2 tag, whose size is stored with seven bits per byte.
std::int64_t audio_start(const FileSource& source) {
  const std::string tag = source.bytes_at(0, 10);
  if (tag.size() < 10 || !tag.starts_with("ID3")) return 0;
  std::int64_t size = 0;
  for (std::size_t i = 6; i < 10; ++i) size = size << 7 | (byte_of(tag, i) & 0x7FU);
  return size + 10;
}

// Without a tag, recognised by the first frame's header: eleven bits of synchronisation, and a layer (AAC has none).
// After a tag, padding may precede that header; the only other format with such a tag is FLAC.
bool is_mpeg(const FileSource& source) {
  const std::int64_t start = audio_start(source);
  const std::string head = source.bytes_at(start, 4);
  if (head.size() < 4) return false;
  if (start > 0) return head != "fLaC";
  return byte_of(head, 0) == 0xFF && (byte_of(head, 1) & 0xE0U) == 0xE0 && (byte_of(head, 1) & 0x06U) != 0;
}

}  // namespace

void Decoder::set_info(const AudioInfo& info) {
  if (info.sample_rate_hz <= 0 || info.channels <= 0) fail("its header has no sample rate or no channels");
  if (info.frames <= 0) fail("it holds no samples");
  if (info.frames == INT64_MAX) fail("its header does not say how long it is");
  info_ = info;
}

std::unique_ptr<Decoder> open_decoder(const core::Path& file) {
  auto source = std::make_unique<FileSource>(file);
  return is_mpeg(*source) ? make_mpeg_decoder(std::move(source)) : make_sndfile_decoder(std::move(source));
}

}  // namespace myxtts::media
